"""Everything of strangers as long, as odd and as far away as their documents allow: kept and shown.

On PostgreSQL a column or an index that is too short for it would refuse the row.
"""

import random
from typing import Any

import pytest

from activitypub.discovery.handles import Handle
from activitypub.documents.actor import read_actor
from server.federation.actors import store_remote_actor
from server.platform.instance import Instance
from server.platform.work import Work
from tests.support.people import card, make_person, make_remote, remote_document
from tests.support.posts import create, follow, hear, kept, known, remote_note, seen

ROB = "https://far.example/users/rob"
START = "https://far.example/"
FACE = "\U0001f600"
TONGUE = "a" * 8 + "-bbbbbbbb" * 6
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def address(letters: str, most: int = 2048) -> str:
    """Make the longest address of these letters, in no order that an index could compress."""
    chance, made = random.Random(letters), START
    while len((made + letters[0]).encode()) <= most:
        made += chance.choice(letters)
    return made


HAN = "".join(map(chr, range(0x4E00, 0x5000)))


@pytest.fixture
async def ann(instance: Instance) -> Any:
    made = await make_person(instance, "ann")
    await follow(instance, made.id, (await make_remote(instance)).id)
    return made


def longest_note(uri: str) -> dict[str, Any]:
    tags = ["\u0130" * 100, "\ufdfa" * 100, "a" * 1_000, "\U0001d54f" * 100]
    tags += [f"t{number}" for number in range(190)]
    return remote_note(
        ROB,
        id=uri,
        url=uri,
        inReplyTo=f"{uri[:-1]}{'b' if uri[-1] == 'a' else 'a'}",
        content=f"<p>{FACE}\uffff&#0;&#xd800;\u202e<b>" * 3_000,
        contentMap={TONGUE: "<p>x</p>", "en": "<p>y</p>"},
        summary=FACE * 30_000,
        sensitive=True,
        tag=[
            *({"type": "Hashtag", "name": f"#{name}"} for name in tags),
            {"type": "Emoji", "name": "a" * 1_000, "icon": {"url": uri}},
        ],
        attachment=[
            {
                "type": "Image",
                "url": uri,
                "name": FACE * 9_000,
                "blurhash": "x" * 200,
                "width": 10**6,
                "height": 1,
                "focalPoint": [1e-320, 1],
                "duration": f"PT{'9' * 60}H",
                "mediaType": f"{'a' * 64}/{'b' * 96}",
            }
        ]
        * 40,
        published="0001-01-01T00:00:00Z",
        updated="9998-12-31T23:59:59-12:00",
    )


@pytest.mark.parametrize("uri", [address("a"), address(LETTERS), address(HAN)])
async def test_the_longest_post_is_kept_changed_shown_and_deleted(
    instance: Instance, ann: Any, uri: str
) -> None:
    note = longest_note(uri)

    await hear(instance, create(note, id=f"{ROB}/1"))
    await hear(instance, {**create(note), "id": f"{ROB}/2", "type": "Update"})
    row = await seen(instance, (await kept(instance, uri)).id)
    assert row.uri == uri
    assert len(row.tags) == 50

    await hear(instance, {**create(note), "id": f"{ROB}/3", "type": "Delete", "object": uri})
    assert await known(instance, uri) is None


@pytest.mark.parametrize(
    "said",
    [
        {
            "type": "Question",
            "oneOf": [{"type": "Note", "name": FACE * 1_000}] * 60,
            "endTime": "9998-12-31T23:59:59Z",
        },
        {
            "type": "Event",
            "name": "\u0130" * 1_000,
            "startTime": "0001-01-01T00:00:00Z",
            "endTime": "9999-12-31T23:59:59Z",
            "timezone": "Europe/Brussels",
            "location": {"type": "Place", "name": "x" * 5_000, "address": "y" * 5_000},
        },
        {"type": "Article", "name": FACE * 1_000, "summary": f"<p>{'z' * 20_000}"},
    ],
)
async def test_the_longest_of_other_types_is_kept_and_shown(
    instance: Instance, ann: Any, said: dict[str, Any]
) -> None:
    note = remote_note(ROB, **said)

    await hear(instance, create(note))

    assert await seen(instance, (await kept(instance, note["id"])).id)


async def test_the_longest_people_are_kept_beside_each_other(instance: Instance) -> None:
    uri = address(LETTERS)
    document = remote_document(
        "eve",
        "evil.example",
        name=f"{FACE}<b>" * 700,
        summary="&#0;<p>" * 5_000,
        summaryMap={TONGUE: "x"},
        url=uri,
        icon={"type": "Image", "url": uri, "name": FACE * 1_000},
        image=[{"url": uri}],
        alsoKnownAs=[uri] * 30,
        inbox=uri,
        outbox=uri,
        followers=uri,
        featured=uri,
        endpoints={"sharedInbox": uri},
        published="0001-01-01T00:00:00Z",
        attachment=[{"type": "PropertyValue", "name": FACE * 2_047, "value": "<a href=x>" * 200}]
        * 60,
    )

    def unit(w: Work) -> list[int]:
        name = Handle("e" * 128, "evil.example")
        both = (document, {**document, "id": "https://evil.example/2"})
        return [store_remote_actor(w, read_actor(one), handle=name).id for one in both]

    for person_id in await instance.work(unit):
        shown = await card(instance, person_id)
        assert 0 < len(shown.display_name) <= 200
        assert len(shown.fields) <= 16
