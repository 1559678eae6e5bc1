"""Deleting one's account: the effects first, the name typed, proof given, some days to think."""

from datetime import timedelta

from sqlalchemy import select

from server.access.rules import PROOF_LASTS
from server.access.service import EDITOR
from server.federation.ledger import UNREACHABLE, Got, note_deliveries, note_erasures
from server.federation.model import Actor
from server.people.model import Person
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.jobs.model import JobRequest
from server.privacy.erasures import erasures_in, list_of
from server.privacy.model import ErasureReceipt, PlannedErasure
from tests.support.people import make_person


async def gone(instance, person_id: int) -> bool:
    def unit(r):
        actor = r.session.get(Actor, person_id)
        return r.session.get(Person, person_id) is None and (actor is None or actor.gone_at)

    return bool(await instance.read(unit))


async def run_due(instance) -> None:
    await instance.work(lambda w: w.enqueue(JobRequest(kind="privacy.erase_due")))
    await instance.jobs.run_until_empty()


async def test_the_effects_are_listed_before_anything_is_confirmed(instance, sign_in):
    ann = await make_person(instance, "ann")
    uri = f"https://ours.example/people/{ann.id}"
    await instance.work(note_deliveries, [Got(uri, "far.example", ann.id)])
    reader = await sign_in(ann.id)
    assert await reader.get("/settings/delete") == 200
    assert "far.example" in reader.text
    assert "0 posts" in reader.text
    assert not await gone(instance, ann.id)


async def test_an_account_is_deleted_at_once_and_the_person_sees_who_was_told(
    instance, sign_in, anybody
):
    ann = await make_person(instance, "ann")
    uri = f"https://ours.example/people/{ann.id}"
    hosts = ("far.example", "near.example", "off.example")
    await instance.work(note_deliveries, [Got(uri, host, ann.id) for host in hosts])
    reader = await sign_in(ann.id)
    await reader.get("/settings/delete")
    assert await reader.post("/settings/delete", [("handle", "@Ann"), ("days", "0")]) == 303
    address = reader.headers["Location"]
    assert await gone(instance, ann.id)
    assert not reader.cookies.get(SESSION_COOKIE)
    assert [one.person_id for one in erasures_in(list_of(instance.settings))] == [ann.id]

    await instance.work(note_erasures, [Got(uri, "near.example", ann.id)])
    await instance.work(note_erasures, [Got(uri, "off.example", ann.id)], UNREACHABLE)
    assert await anybody.get(address) == 200
    assert anybody.headers["Referrer-Policy"] == "no-referrer"
    assert "far.example : not yet" in anybody.text
    assert "near.example : has received" in anybody.text
    assert "off.example : did not answer" in anybody.text
    assert await anybody.get("/deleted/somebody-elses-guess") == 404


async def test_a_planned_deletion_happens_when_its_days_are_over(instance, sign_in, anybody):
    ann = await make_person(instance, "ann")
    reader = await sign_in(ann.id)
    await reader.get("/settings/delete")
    assert await reader.post("/settings/delete", [("handle", "ann"), ("days", "7")]) == 303
    address = reader.headers["Location"]
    await anybody.get(address)
    assert "will be deleted" in anybody.text
    await run_due(instance)
    assert not await gone(instance, ann.id)
    instance.clock.move(timedelta(days=7))
    await run_due(instance)
    assert await gone(instance, ann.id)
    await anybody.get(address)
    assert "is deleted" in anybody.text
    instance.clock.move(timedelta(days=366))
    await run_due(instance)
    assert await anybody.get(address) == 404


async def test_whoever_changes_their_mind_stays(instance, sign_in, anybody):
    ann = await make_person(instance, "ann")
    reader = await sign_in(ann.id)
    await reader.get("/settings/delete")
    await reader.post("/settings/delete", [("handle", "ann"), ("days", "7")])
    address = reader.headers["Location"]
    await reader.get("/settings/delete")
    assert await reader.post("/settings/delete/keep") == 303
    assert await reader.post("/settings/delete/keep") == 404
    instance.clock.move(timedelta(days=8))
    await run_due(instance)
    assert not await gone(instance, ann.id)
    assert await anybody.get(address) == 404
    for table in (PlannedErasure, ErasureReceipt):
        assert await instance.read(lambda r, t=table: list(r.session.scalars(select(t)))) == []


async def test_nothing_is_deleted_by_a_wrong_name_day_session_or_login(instance, sign_in, anybody):
    ann = await make_person(instance, "ann")
    reader = await sign_in(ann.id)
    await reader.get("/settings/delete")
    for wrong in (
        [("handle", "ben"), ("days", "0")], [("handle", ""), ("days", "0")], [("days", "7")],
        [("handle", "ann")], [("handle", "ann"), ("days", "3")], [("handle", "ann"), ("days", "99")],
    ):  # fmt: skip
        assert await reader.post("/settings/delete", wrong) == 422
    right = [("handle", "ann"), ("days", "0")]
    assert await reader.post("/settings/delete", [*right, ("form_token", "a.b")]) == 403
    editor = await sign_in(ann.id, EDITOR)
    assert await editor.get("/settings/delete") == 403
    editor.token = ""
    assert await editor.post("/settings/delete", right) == 403
    assert await anybody.get("/settings/delete") == 303
    instance.clock.move(PROOF_LASTS + timedelta(seconds=1))
    assert await reader.post("/settings/delete", right) == 303
    assert reader.headers["Location"].startswith("/auth/prove?")
    assert not await gone(instance, ann.id)
    assert not list_of(instance.settings).exists()
