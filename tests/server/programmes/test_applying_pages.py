"""Applying and one's own page, and what is refused there."""

import pytest

from server.people.model import PersonKind
from server.platform.instance import Instance
from server.privacy.ledger import has_agreed
from server.privacy.texts import MATCHING
from server.programmes.model import ParticipationState, ProgrammeState, Role
from server.programmes.queries import participation, participations, participations_of, wishes_of
from tests.server.programmes.conftest import SignIn
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part

S = ParticipationState


async def applied(reader: PageReader, programme_id: int, **said: str) -> int:
    """Open the form, fill it in and send it; return the status."""
    path = f"/programmes/{programme_id}/apply"
    assert await reader.get(path) == 200, reader.text
    pairs: Pairs = list((dict(reader.form(path)) | said).items())
    return await reader.post(path, pairs)


async def test_somebody_reads_what_a_programme_is_and_applies(
    instance: Instance, sign_in: SignIn
) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    ann, ann_id = await sign_in("ann")
    await ann.get(f"/programmes/{made.id}")
    assert ann.page.find("a", {"href": f"/programmes/{made.id}/apply"})
    assert await applied(ann, made.id, wishes="Work with wood", by_hand="1") == 422
    assert "only if you agree" in ann.text
    assert "Work with wood" in ann.body
    assert await instance.read(participations_of, ann_id) == []
    assert await applied(ann, made.id, wishes="Work with wood", by_hand="1", agreed="1") == 303
    (row,) = await instance.read(participations_of, ann_id)
    assert (row.role, row.state, row.by_hand, row.capacity) == (Role.TALENT, S.APPLIED, True, 1)
    assert await instance.read(wishes_of, row.id) == {"wishes": "Work with wood"}
    assert await instance.read(has_agreed, ann_id, MATCHING)
    await ann.get("/settings/programmes")
    assert "Work with wood" in ann.text


async def test_a_consent_to_another_text_does_not_count(
    instance: Instance, sign_in: SignIn
) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    ann, ann_id = await sign_in("ann")
    assert await applied(ann, made.id, agreed="1", version="0") == 422
    assert not await instance.read(has_agreed, ann_id, MATCHING)


async def test_nobody_applies_twice_or_too_late(instance: Instance, sign_in: SignIn) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    over = await make_programme(instance, state=ProgrammeState.CALL, name="Other")
    draft = await make_programme(instance, state=ProgrammeState.DRAFT)
    closed = await make_programme(instance, state=ProgrammeState.MATCHING)
    ann, ann_id = await sign_in("ann")
    assert await applied(ann, made.id, agreed="1") == 303
    for programme_id, refusal in ((made.id, 409), (draft.id, 404), (closed.id, 409), (99, 404)):
        path = f"/programmes/{programme_id}/apply"
        assert await ann.get(path) == refusal
        assert await ann.post(path, [("agreed", "1"), ("version", "1")]) == refusal
    assert len(await instance.read(participations_of, ann_id)) == 1
    assert await instance.read(participations, over.id) == []


async def test_a_mentor_says_how_many_and_until_when(instance: Instance, sign_in: SignIn) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    max_, max_id = await sign_in("max", PersonKind.MENTOR)
    sent = {"agreed": "1", "capacity": "3", "available_until": "2199-01-01"}
    assert await applied(max_, made.id, **sent) == 303
    (row,) = await instance.read(participations_of, max_id)
    assert (row.role, row.capacity, str(row.available_until)) == (Role.MENTOR, 3, "2199-01-01")
    path = f"/settings/programmes/{row.id}/offer"
    await max_.get("/settings/programmes")
    assert await max_.post(path, [("capacity", "2"), ("by_hand", "1")]) == 303
    now = await instance.read(participation, row.id)
    assert (now.capacity, now.available_until, now.by_hand) == (2, None, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": "0"}, {"capacity": "21"}, {"capacity": "-1"}, {"capacity": "two"},
        {"available_until": "1999-01-01"}, {"available_until": "never"},
        {"available_until": "2020-01-01"}, {"wishes": "x" * 2001}, {"by_hand": "perhaps"},
        {"version": "x"},
    ],
)  # fmt: skip
async def test_hostile_applications_change_nothing(
    instance: Instance, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    max_, max_id = await sign_in("max", PersonKind.MENTOR)
    assert await applied(max_, made.id, **({"agreed": "1"} | wrong)) == 422
    assert await instance.read(participations_of, max_id) == []
    assert not await instance.read(has_agreed, max_id, MATCHING)


async def test_who_is_not_signed_in_is_led_to_sign_in(
    instance: Instance, anybody: PageReader
) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    assert await anybody.get(f"/programmes/{made.id}") == 200
    assert await anybody.get(f"/programmes/{made.id}/apply") in {302, 303, 401}
    assert await anybody.get("/settings/programmes") in {302, 303, 401}


async def test_people_rest_go_on_and_leave_by_themselves(
    instance: Instance, sign_in: SignIn
) -> None:
    made = await make_programme(instance)
    ann, ann_id = await sign_in("ann")
    part = await take_part(instance, made.id, ann_id)
    path = f"/settings/programmes/{part}"
    await ann.get("/settings/programmes")
    assert await ann.post(f"{path}/pause", [("until", "1999-12-31")]) == 422
    assert await ann.post(f"{path}/pause") == 303
    assert await ann.post(f"{path}/pause") == 409
    assert await ann.post(f"{path}/resume") == 303
    assert await ann.post(f"{path}/leave") == 303
    assert (await instance.read(participation, part)).state is S.WITHDRAWN
    assert await ann.post(f"{path}/resume") == 409
    assert await ann.post(f"{path}/offer", [("by_hand", "1")]) == 409


async def test_nobody_touches_what_is_somebody_elses(instance: Instance, sign_in: SignIn) -> None:
    made = await make_programme(instance)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    part = await take_part(instance, made.id, bea.id)
    before = await instance.read(participation, part)
    ann, _ = await sign_in("ann")
    await ann.get("/settings/programmes")
    for verb in ("pause", "resume", "leave", "offer"):
        pairs = [("capacity", "9")]
        assert await ann.post(f"/settings/programmes/{part}/{verb}", pairs) == 404
    assert await ann.post("/settings/programmes/99/leave") == 404
    assert await instance.read(participation, part) == before
