"""What a form makes of a picker without scripts, and the route that scripts ask."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from server.app import build_app
from server.platform.http.nesting import Tree
from server.platform.http.parameters import Parameters
from server.platform.instance import Instance
from server.vocabularies.forms import Picked, picked, shown
from tests.support.trying import named_instance


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Instance]:
    made = named_instance(database_url, tmp_path)
    async with made.running(jobs=False):
        yield made


@pytest.fixture
async def client(instance: Instance) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_app(instance))) as made:
        yield made


async def pick(instance: Instance, tree: Tree, scheme: str = "nuts", **wishes: Any) -> Picked:
    languages = wishes.pop("languages", ("nl",))
    return await instance.read(picked, Parameters(tree), "place", scheme, languages, **wishes)


async def test_chosen_codes_come_back_with_their_labels(instance: Instance) -> None:
    found = await pick(instance, {"place": ["BE25", "FI19B", "BE25"]}, many=True)
    assert found.codes == ("BE25", "FI19B")
    assert found.chosen[0].label == "West-Vlaanderen (provincie)"
    assert found.is_settled


async def test_a_word_with_one_meaning_is_its_code(instance: Instance) -> None:
    found = await pick(instance, {"place": ["BE25"], "place_text": " oostende "}, many=True)
    assert found.codes == ("BE25", "BE255")
    assert found.is_settled


async def test_a_whole_label_is_meant_even_if_longer_ones_fit(instance: Instance) -> None:
    found = await pick(instance, {"place_text": "Zweden"})
    assert found.code == "SE"


async def test_a_typed_code_is_itself(instance: Instance) -> None:
    assert (await pick(instance, {"place_text": "BE2"})).code == "BE2"


async def test_a_word_with_several_meanings_is_asked_back(instance: Instance) -> None:
    found = await pick(instance, {"place_text": "brabant"})
    assert found.codes == ()
    assert {"BE24", "BE31", "NL41"} <= {one.code for one in found.suggestions}
    assert "Choose what you mean" in str(found.faults[0])
    assert not found.is_settled


async def test_the_search_button_shows_what_fits_without_blaming(instance: Instance) -> None:
    found = await pick(instance, {"place_text": "brabant", "place_search": "1"}, required=True)
    assert found.suggestions
    assert found.faults == ()
    assert found.asked
    assert not found.is_settled


async def test_the_search_button_with_no_words_shows_the_top(instance: Instance) -> None:
    found = await pick(instance, {"place_search": "1"}, scheme="cefr")
    assert [one.code for one in found.suggestions][:2] == ["A1", "A2"]


@pytest.mark.parametrize("button", [{}, {"place_search": "1"}])
async def test_a_word_that_fits_nothing_is_said(instance: Instance, button: Tree) -> None:
    found = await pick(instance, {"place_text": "Atlantis", **button})
    assert "Nothing fits “Atlantis”" in str(found.faults[0])


async def test_a_new_choice_replaces_the_only_one(instance: Instance) -> None:
    found = await pick(instance, {"place": "BE25", "place_text": "oostende"})
    assert found.codes == ("BE255",)


@pytest.mark.parametrize(
    ("tree", "wishes", "words"),
    [
        ({"place": ["XX1"]}, {}, "Choose from the list."),
        ({}, {"required": True}, "Choose one."),
        ({}, {"required": True, "many": True}, "Choose at least one."),
        ({"place": ["BE1", "BE2"]}, {"many": True, "most": 1}, "Choose at most 1."),
    ],
)
async def test_refusals(instance: Instance, tree: Tree, wishes: dict[str, Any], words: str) -> None:
    found = await pick(instance, tree, **wishes)
    assert [str(one) for one in found.faults] == [words]
    assert not found.is_settled
    assert "XX1" not in found.codes


async def test_what_stood_there_may_stay_though_nobody_knows_it(instance: Instance) -> None:
    address = "http://data.europa.eu/esco/occupation/unknown"
    found = await pick(instance, {"place": address}, scheme="esco_occupation", kept=(address,))
    assert found.codes == (address,)
    assert found.chosen[0].label == address
    assert found.is_settled


async def test_text_of_another_shape_is_no_text(instance: Instance) -> None:
    assert (await pick(instance, {"place_text": {"a": "b"}})).codes == ()
    assert (await pick(instance, {"place_text": "x" * 10_000})).faults


async def test_words_in_another_language_of_the_reader_count(instance: Instance) -> None:
    tree: Tree = {"place_text": "Courtrai"}
    assert (await pick(instance, tree)).code is None
    assert (await pick(instance, tree, languages=("ar", "fr"))).code == "BE254"


async def test_an_opened_form_holds_what_is_stored(instance: Instance) -> None:
    found = await instance.read(shown, "nuts", ["BE255", "BE255", "??"], "ar")
    assert [one.label for one in found.chosen] == ["أوستند (دائرة)", "??"]


async def test_scripts_get_suggestions(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/vocabularies/nuts", params={"text": "Ostende", "lang": "nl,fr"})
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in answer.headers
    assert await answer.json() == {
        "scheme": "nuts",
        "language": "nl",
        "terms": [
            {
                "code": "BE255",
                "label": "Oostende (arrondissement)",
                "above": "België › Vlaanderen › West-Vlaanderen (provincie)",
                "path": "België › Vlaanderen › West-Vlaanderen (provincie) › Oostende (arrondissement)",
            }
        ],
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/vocabularies/zodiac", 404),
        ("/vocabularies/nuts?text=" + "a" * 101, 422),
        ("/vocabularies/nuts?limit=51", 422),
        ("/vocabularies/nuts?limit=x", 422),
        ("/vocabularies/nuts?text[]=a", 422),
        ("/vocabularies/nuts?lang=%00,,&text=%25", 422),
        ("/vocabularies/nuts?lang=,,&text=%25", 200),
        ("/vocabularies/language?lang=../../etc,xx&text=a", 200),
        ("/vocabularies/esco_skill?text=a", 200),
    ],
)
async def test_odd_questions_are_answered(
    client: TestClient[Any, Any], path: str, status: int
) -> None:
    assert (await client.get(path)).status == status


async def test_the_page_without_scripts(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/try?job=2&place=BE25", headers={"Accept-Language": "nl"})
    page = BeautifulSoup(await answer.text(), "html.parser")
    box = page.select_one('input[name="record[occupations][]"]')
    assert box is not None
    assert (box["type"], box["value"], box.has_attr("checked")) == ("checkbox", "2", True)
    radios = page.select("input[name=region]")
    assert [(one["type"], one["value"]) for one in radios] == [("radio", "BE25"), ("radio", "")]
    for name in ("record[occupations_text]", "region_text"):
        typed = page.select_one(f'input[name="{name}"]')
        assert typed is not None
        assert page.select_one(f"label[for={typed['id']}]") is not None
    assert page.select_one('button[name="record[occupations_search]"]') is not None
