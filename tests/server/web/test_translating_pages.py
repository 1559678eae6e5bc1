"""A machine helps with languages, when there is one: for authors and for readers."""

from server.people.model import Person
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.posts.model import Audience
from server.posts.queries import post
from tests.server.web.samples import publish, put, sample
from tests.support.page_reader import PageReader
from tests.support.posts import make_post


async def test_a_machine_translates_and_readers_are_told(speaking: PageReader) -> None:
    instance, ann = speaking.instance, speaking.me  # type: ignore[attr-defined]  # see the fixture
    record = {k: v for k, v in sample("vacancy/valid-1").items() if k != "translations"}
    made = await publish(instance, ann.id, "vacancy", {**record, "inLanguage": "en"})
    path = f"/posts/{made.id}/edit"
    await speaking.get(path)
    sent = [*speaking.form(path), ("translate", "1")]
    wanted = [(k, "ar" if k == "translate_to" else v) for k, v in sent]
    assert await speaking.post(path, wanted) == 200, speaking.text
    form = dict(speaking.form(path))
    assert form["record[translations][0][title]"].startswith("[ar] ")
    assert form["record[translations][0][machineMade]"] == "true"
    assert await speaking.post(path, speaking.form(path)) == 303, speaking.text
    row = await instance.read(post, HOUSE, made.id)
    assert row.record["translations"]["ar"]["machineMade"] is True
    assert "تُرجم هذا النص آليًا." in row.content_map["ar"]
    assert "A machine translated this text." not in row.content_map["en"]
    # Whoever has read it takes the tick away.
    await speaking.get(path)
    checked = [one for one in speaking.form(path) if not one[0].endswith("[machineMade]")]
    assert await speaking.post(path, checked) == 303
    row = await instance.read(post, HOUSE, made.id)
    assert "machineMade" not in row.record["translations"]["ar"]


async def test_a_language_the_service_lacks_is_said_and_nothing_is_lost(
    speaking: PageReader,
) -> None:
    await speaking.get("/new/vacancy")
    form = put(speaking.form("/new/vacancy"), title="A job", summary="Good work")
    for target in ("fi", "", "en"):
        said = [(k, target if k == "translate_to" else v) for k, v in form]
        assert await speaking.post("/new/vacancy", [*said, ("translate", "1")]) == 422
        assert dict(speaking.form("/new/vacancy"))["record[title]"] == "A job"


async def test_without_a_service_no_translation_is_offered(writer: PageReader) -> None:
    await writer.get("/new/vacancy")
    assert writer.page.select_one("button[name=translate]") is None


async def test_a_reader_lets_a_public_post_be_translated(speaking: PageReader) -> None:
    instance, ann = speaking.instance, speaking.me  # type: ignore[attr-defined]  # see the fixture
    made = await make_post(instance, ann.id, "Hallo allemaal", language="nl")
    await speaking.get(f"/@ann/{made.id}")
    button = speaking.page.select_one(f"form[action='/posts/{made.id}/translate'] button")
    assert button is not None
    assert await speaking.post(f"/posts/{made.id}/translate") == 200
    assert "[en] Hallo allemaal" in speaking.text
    assert "A machine translated this (127.0.0.1)" in speaking.text
    assert speaking.page.find("script", string="alert(1)") is None
    home = await make_post(instance, ann.id, "Geheim", language="nl", audience=Audience.MEMBERS)
    await speaking.get(f"/@ann/{home.id}")
    assert speaking.page.select_one(f"form[action='/posts/{home.id}/translate']") is None
    assert await speaking.post(f"/posts/{home.id}/translate") == 422
    assert await speaking.post("/posts/404/translate") == 404


async def test_without_a_service_no_button_translates(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    made = await make_post(instance, org.id, "Hallo", language="nl")
    await writer.get(f"/@org/{made.id}")
    assert writer.page.select_one(f"form[action='/posts/{made.id}/translate']") is None
    assert await writer.post(f"/posts/{made.id}/translate") == 404
