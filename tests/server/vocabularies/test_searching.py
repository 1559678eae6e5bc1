"""Labels, paths and searching in shipped vocabularies, through the interface of the room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.vocabularies import queries
from tests.support.instances import running_instance


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    async with running_instance(database_url, tmp_path) as started:
        yield started


async def found(instance: Instance, scheme: str, text: str, *languages: str) -> list[str]:
    terms = await instance.read(queries.search, scheme, text, languages or ("en",), 12)
    return [one.code for one in terms]


@pytest.mark.parametrize(
    ("scheme", "text", "language", "code"),
    [
        ("isco", "verpleegster", "nl", "2221"),
        ("isco", "poetsvrouw", "nl", "9111"),
        ("isco", "infirmiere", "fr", "2221"),
        ("isco", "lagerarbeiter", "de", "9333"),
        ("isco", "kokki", "fi", "5120"),
        ("isco", "lastbilschauffor", "sv", "8332"),
        ("isco", "كهربائي", "ar", "7411"),
        ("isco", "طبّاخ", "ar", "5120"),
        ("isco", "зварник", "uk", "7212"),
        ("isco", "برنامه نویس", "fa", "2514"),
        ("isco", "خياط", "fa", "7531"),
        ("isco", "2512", "nl", "2512"),
        ("isco", "xy", "nl", None),
        ("nuts", "oostende", "nl", "BE255"),
        ("nuts", "OSTENDE", "fr", "BE255"),
        ("nuts", "tammerfors", "sv", "FI19B"),
        ("nuts", "هلسنكي", "ar", "FI1B1"),
        ("nuts", "هلسینکی", "fa", "FI1B1"),
        ("nuts", "гельсінкі", "uk", "FI1B1"),
        ("nace", "gezondheidsz", "nl", "86"),
        ("nace", "56", "fi", "56"),
        ("isced_level", "maisteri", "fi", "7"),
        ("isced_field", "pflege", "de", None),
        ("cefr", "b1", "ar", "B1"),
        ("goal", "rezum", "en", None),
        ("goal", "resume", "uk", None),
        ("goal", "резюме", "uk", "cv"),
        ("helix", "overheid", "nl", "GOVERNMENT"),
        ("region", "online", "nl", "online"),
        ("language", "arabisch", "nl", "ar"),
        ("language", "العربية", "nl", "ar"),
        ("language", "українська", "fi", "uk"),
        ("language", "tigr", "en", "ti"),
        ("language", "دری", "fa", "prs"),
    ],
)
async def test_people_find_things_in_their_language(
    instance: Instance, scheme: str, text: str, language: str, code: str | None
) -> None:
    codes = await found(instance, scheme, text, language)
    assert codes[:1] == ([code] if code else [])


async def test_english_and_other_languages_of_the_reader_match_too(instance: Instance) -> None:
    assert "BE241" not in await found(instance, "nuts", "hal-vilvorde", "nl")
    assert await found(instance, "nuts", "hal-vilvorde", "nl", "fr") == ["BE241"]
    terms = await instance.read(queries.search, "nace", "retail", ("ar",), 5)
    assert terms[0].label == "تجارة التجزئة"


async def test_a_term_says_where_it_stands(instance: Instance) -> None:
    term = await instance.read(queries.term, "nuts", "FI19B", "nl")
    assert term is not None
    assert term.path == "Finland › Vasteland Finland › West-Finland › Pirkanmaa (Tampere)"
    assert term.above == "Finland › Vasteland Finland › West-Finland"
    top = await instance.read(queries.term, "nuts", "FI", "sv")
    assert top is not None
    assert (top.path, top.above) == ("Finland", "")


async def test_a_region_with_one_part_is_offered_once(instance: Instance) -> None:
    assert await found(instance, "nuts", "berlin", "de") == ["DE30"]
    term = await instance.read(queries.term, "nuts", "DE30", "de")
    assert term is not None
    assert term.path == "Deutschland › Berlin"
    assert await instance.read(queries.is_known, "nuts", "DE3")


async def test_labels_fall_back_to_related_languages_then_english_then_the_code(
    instance: Instance,
) -> None:
    async def said(code: str, language: str) -> str:
        return await instance.read(queries.label, "helix", code, language)

    assert await said("BUSINESS", "nl-BE") == "Bedrijfsleven"
    assert await said("BUSINESS", "prs") == "کسب‌وکار"
    assert await said("BUSINESS", "sv_FI") == "Näringsliv"
    assert await said("BUSINESS", "so") == "Business"
    assert await said("NOTHING", "nl") == "NOTHING"


async def test_languages_are_named_by_cldr(instance: Instance) -> None:
    codes = ["ar", "prs", "nl-BE", "kmr", "xx"]
    said = await instance.read(queries.labels, "language", codes, "nl")
    assert said == {
        "ar": "Arabisch", "prs": "Dari", "nl-BE": "Nederlands", "kmr": "Koerdisch (Kurmanji)",
        "xx": "xx",
    }  # fmt: skip
    assert await instance.read(queries.is_known, "language", "prs")
    assert not await instance.read(queries.is_known, "language", "mul")
    assert not await instance.read(queries.is_known, "language", "english")


async def test_common_languages_come_before_rare_ones(instance: Instance) -> None:
    assert (await found(instance, "language", "a", "en"))[:2] == ["ar", "am"]


async def test_without_text_the_top_is_offered(instance: Instance) -> None:
    assert await found(instance, "cefr", "") == ["A1", "A2", "B1", "B2", "C1", "C2", "NATIVE"]
    assert (await found(instance, "isco", " "))[0] == "1"
    assert (await found(instance, "language", ""))[0] == "nl"
    assert await found(instance, "isco", "…") == []


async def test_no_more_comes_than_was_asked_for(instance: Instance) -> None:
    def few(limit: int) -> object:
        return instance.read(queries.search, "nuts", "a", ("en",), limit)

    assert len(await few(3)) == 3  # type: ignore[misc,arg-type]  # an awaitable list
    assert len(await few(10_000)) == queries.MOST  # type: ignore[misc,arg-type]  # likewise
    assert await few(-1) == []  # type: ignore[misc]  # likewise


async def test_children_are_in_the_order_of_the_standard(instance: Instance) -> None:
    assert await instance.read(queries.children, "nuts", "BE") == ["BE1", "BE2", "BE3"]
    assert await instance.read(queries.children, "nace", "G") == ["46", "47"]
    assert await instance.read(queries.children, "nuts", "XX") == []


async def test_codes_are_known_exactly(instance: Instance) -> None:
    assert await instance.read(queries.is_known, "nuts", "BE25")
    assert not await instance.read(queries.is_known, "nuts", "be25")
    assert not await instance.read(queries.is_known, "nuts", "online")
    assert await instance.read(queries.is_known, "region", "online")
    assert await instance.read(queries.is_known, "occupation", queries.isco_uri("2512"))
    assert not await instance.read(queries.is_known, "occupation", "2512")
    assert not await instance.read(queries.is_known, "esco_occupation", queries.isco_uri("2512"))


async def test_a_scheme_that_is_none_is_not_found(instance: Instance) -> None:
    with pytest.raises(NotFound):
        await instance.read(queries.label, "zodiac", "leo", "en")


async def test_levels_are_explained(instance: Instance) -> None:
    assert queries.help_of("cefr", "A1", "nl-BE").startswith("Ik kan zeggen wie ik ben")
    assert queries.help_of("cefr", "A1", "so").startswith("I can say")
    assert queries.help_of("nuts", "BE", "nl") == ""


async def test_what_was_not_imported_is_empty(instance: Instance) -> None:
    assert not await instance.read(queries.holds_any, "esco_skill")
    assert await instance.read(queries.holds_any, "isco")
    assert await found(instance, "esco_skill", "dough") == []
    assert await instance.read(queries.labels, "esco_skill", [], "nl") == {}


async def test_an_occupation_says_its_path(instance: Instance) -> None:
    term = await instance.read(queries.term, "isco", "2512", "en")
    assert term is not None
    assert term.path == (
        "Professionals › ICT professionals › Software developers and analysts › Software developers"
    )
    uri = await instance.read(queries.term, "occupation", queries.isco_uri("2512"), "fa")
    assert uri is not None
    assert uri.label == "توسعه‌دهندگان نرم‌افزار"
    assert uri.path.startswith("متخصصان › ")


async def test_a_group_with_one_unit_is_offered_once(instance: Instance) -> None:
    assert await found(instance, "isco", "officieren", "nl") == ["0110", "0210"]
