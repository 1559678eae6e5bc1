"""Uploaded tables: read whole, columns guessed, cells turned into what the schema wants."""

from zoneinfo import ZoneInfo

import pytest

from server.importing.entries import Unreadable
from server.importing.tables import Table, columns_of, entries_of, guessed, read_table
from server.posts.kinds import Kind

ZONE = ZoneInfo("Europe/Brussels")


def test_columns_are_known_by_words_of_several_languages() -> None:
    table = read_table(
        "Titel;Werkgever;Plaats;Deadline;Nummer;Kleur\na;b;c;d;e;f\n".encode("cp1252")
    )

    assert guessed(table, Kind.VACANCY) == {
        0: "title",
        1: "hiringOrganization.name",
        2: "jobLocation.name",
        3: "validThrough",
        4: "sourceId",
    }


def test_cells_become_moments_cents_lists_and_words_of_the_schema() -> None:
    table = Table(
        ("t", "until", "pay", "per", "type", "training", "regions", "id"),
        (
            (
                "Cook",
                "24/12/2026",
                "15,95",
                "hour",
                "Part time, Temporary work",
                "ja",
                "BE255|BE211",
                "n1",
            ),
        ),
    )
    mapping = dict(
        enumerate(
            ["title", "validThrough", "salary.minCents", "salary.per", "employmentType",
             "trainingGiven", "regions", "sourceId"]
        )
    )  # fmt: skip

    (entry,) = entries_of(table, Kind.VACANCY, mapping, zone=ZONE)

    assert entry.identity == "n1"
    assert entry.record == {
        "title": "Cook",
        "validThrough": "2026-12-24T23:59:59+01:00",
        "salary": {"minCents": 1595, "per": "HOUR", "currency": "EUR"},
        "employmentType": ["PART_TIME", "TEMPORARY"],
        "trainingGiven": True,
        "regions": ["BE255", "BE211"],
        "sourceId": "n1",
    }


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    table = Table(("t", "until", "pay"), (("Cook", "next week", "a lot"),))
    mapping = {0: "title", 1: "validThrough", 2: "salary.minCents"}

    (entry,) = entries_of(table, Kind.VACANCY, mapping, zone=ZONE)

    assert entry.record["validThrough"] == "next week"
    assert entry.record["salary"]["minCents"] == "a lot"
    assert entry.identity == "#1"


def test_rows_are_as_long_as_the_header_and_empty_ones_left_out() -> None:
    table = read_table(b"\xef\xbb\xbfname,url\nOne\n,\nTwo,https://t.example,more\n")

    assert table.header == ("name", "url")
    assert table.rows == (("One", ""), ("Two", "https://t.example"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name\nOne\n",
        b"name,url\n",
        b"\x00\x01\x02,\x00\n\x00,\x00\n",
        b'a,b\n"open quote,1\n',
        b"a,b\n" + b"1,2\n" * 501,
        b"a," * 3_000_000,
    ],
)
def test_what_is_no_usable_table_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_table(body)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_come_in_a_table(kind: Kind) -> None:
    paths = columns_of(kind)

    assert {"title", "name"} & set(paths)
    assert not any(path.startswith("translations") for path in paths)
