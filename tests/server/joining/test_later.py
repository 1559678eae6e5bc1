"""Stopping and going on: in the same browser, in another, and what does not work."""

from sqlalchemy import func, select

from server.features import FEATURES
from server.joining.model import Application, Coming, Invitation, JoinDraft
from server.joining.privacy import export
from server.people.model import PersonKind
from server.privacy.erase import erase_person
from tests.server.joining.conftest import GOOD_PASSWORD, code_in, pass_time


async def drafts(instance) -> int:
    return await instance.read(lambda r: r.session.scalar(select(func.count(JoinDraft.id))))


async def begun(joiner, code) -> None:
    await joiner.begin(await code(vouches=True))
    await joiner.answer("kind", ("kind", "mentor"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Mo Mentor"), go="later")


async def test_a_code_leads_to_the_draft_from_another_browser_once(joiner, another, code):
    await begun(joiner, code)
    assert joiner.heading == "Go on later"
    await joiner.post("/join/later", [("go", "code")])
    made = code_in(joiner.text)
    await another.get(f"/join/continue/{made}")
    assert another.page.select_one("input[name=code]")["value"] == made
    await another.post("/join/continue", [("code", made.lower())])
    await another.followed()
    assert another.heading == "How you sign in"
    await another.get("/join/at/name")
    assert another.page.select_one("input[name=name]")["value"] == "Mo Mentor"
    await joiner.get("/join/at/name")
    assert joiner.headers["Location"] == "/join"
    await joiner.get("/join/continue")
    assert await joiner.post("/join/continue", [("code", made)]) == 422


async def test_the_same_browser_goes_on_without_a_code(joiner, code):
    made = await code(vouches=True, most_uses=3)
    await joiner.begin(made)
    await joiner.get(f"/join/{made}")
    assert "Go on where you stopped" in joiner.text


async def test_a_wrong_or_old_code_leads_nowhere(instance, joiner, another, code):
    await begun(joiner, code)
    await joiner.post("/join/later", [("go", "code")])
    made = code_in(joiner.text)
    await another.get("/join/continue")
    for wrong in ("ABCD-2345", "nonsense", ""):
        assert await another.post("/join/continue", [("code", wrong)]) == 422
    await pass_time(instance, days=14, seconds=1)
    assert await another.post("/join/continue", [("code", made)]) == 422
    await joiner.get("/join/at/name")
    assert joiner.headers["Location"] == "/join"


async def test_what_was_filled_in_can_be_thrown_away(instance, joiner, code):
    await begun(joiner, code)
    await joiner.post("/join/later", [("go", "drop")])
    assert joiner.headers["Location"] == "/join"
    assert await drafts(instance) == 0


async def test_beginning_anew_drops_the_former_draft(instance, joiner, code):
    made = await code(vouches=True)
    await joiner.begin(made)
    await joiner.begin(made, "nl")
    assert await drafts(instance) == 1


async def test_later_without_a_draft_leads_to_the_beginning(joiner):
    await joiner.get("/join/later")
    assert joiner.headers["Location"] == "/join"
    await joiner.get("/join/continue")
    await joiner.post("/join/later", [("go", "code")])
    assert joiner.headers["Location"] == "/join"


async def test_how_somebody_came_is_told_and_erased(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("sign_in_name", "sam1"), ("password", GOOD_PASSWORD))
    await joiner.agree()
    await joiner.answer("check")
    person_id = await instance.read(lambda r: r.session.scalar(select(Coming.person_id)))

    told = await instance.read(export, person_id)
    assert told["joining"]["way"] == "invitation"

    await instance.work(erase_person, FEATURES, person_id=person_id, login_id=None)
    for table in (Coming, Application):
        assert await instance.read(lambda r, t=table: list(r.session.scalars(select(t)))) == []
    rows = await instance.read(lambda r: list(r.session.scalars(select(Invitation))))
    assert [one.person_id for one in rows] == [None]
