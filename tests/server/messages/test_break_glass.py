"""The one way for staff into a conversation, and how its people learn of it."""

from typing import Any

import pytest

from server.access.model import StaffRole
from server.activity_log.queries import latest
from server.messages.glass import openings_of
from server.moderation.service import report_person
from server.platform.instance import Instance
from tests.server.messages.talks import SECRET, listed, make_pair, notices_of, rows_with, write
from tests.support.people import make_person

PATH = "/staff/break-glass"
REASON = "A report about threats came in"


async def _admin(instance: Instance, sign_in: Any) -> Any:
    boss = await make_person(instance, "boss")
    return await sign_in(boss.id, [StaffRole.ADMIN])


async def test_an_admin_opens_with_a_reason_that_both_read(
    instance: Instance, sign_in: Any
) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    reader = await _admin(instance, sign_in)
    await reader.get(PATH)
    wanted = [("first", "tala"), ("second", "@mo"), ("reason", REASON)]
    assert await reader.post(PATH, wanted) == 200
    assert SECRET in reader.text
    for one in (tala, mo):
        assert "break_glass" in await notices_of(instance, one)
        (opening,) = await instance.read(openings_of, one)
        assert opening.reason == REASON
        mine = await sign_in(one)
        await mine.get("/settings/messages")
        assert REASON in mine.text
        assert SECRET not in mine.text


async def test_a_reported_message_leads_there_and_is_not_shown_before(
    instance: Instance, sign_in: Any
) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, mo)
    await instance.work(report_person, reporter_id=mo, target_id=tala, post_ids=[row.last_id])
    reader = await _admin(instance, sign_in)
    await reader.get("/staff/reports")
    assert "A private message" in reader.text
    assert SECRET not in reader.text
    await reader.get(f"{PATH}?post={row.last_id}")
    assert SECRET not in reader.text
    form = dict(reader.form(PATH)) | {"reason": REASON}
    assert await reader.post(PATH, [*form.items()]) == 200
    assert SECRET in reader.text


@pytest.mark.parametrize(
    "wanted",
    [
        [("first", "tala"), ("second", "mo"), ("reason", "short")],
        [("first", "tala"), ("second", "mo"), ("reason", "x" * 501)],
        [("first", "tala"), ("second", "tala"), ("reason", REASON)],
        [("first", "tala"), ("second", "boss"), ("reason", REASON)],
        [("first", "nobody"), ("second", ""), ("reason", REASON)],
        [("post", "17"), ("reason", REASON)],
    ],
)
async def test_without_reason_or_conversation_nothing_opens_and_nobody_is_told(
    instance: Instance, sign_in: Any, wanted: list[tuple[str, str]]
) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    reader = await _admin(instance, sign_in)
    await reader.get(PATH)
    assert await reader.post(PATH, wanted) == 422
    assert SECRET not in reader.text
    assert await instance.read(openings_of, tala) == []


@pytest.mark.parametrize("role", [StaffRole.COACH, StaffRole.COORDINATOR, StaffRole.MODERATOR])
async def test_other_staff_cannot(instance: Instance, sign_in: Any, role: StaffRole) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    other = await make_person(instance, "other")
    reader = await sign_in(other.id, [role])
    assert await reader.get(PATH) == 403
    await reader.get("/settings/messages")
    wanted = [("first", "tala"), ("second", "mo"), ("reason", REASON)]
    assert await reader.post(PATH, wanted) == 403
    assert await reader.get(f"/messages/{mine}") == 404
    assert await instance.read(openings_of, tala) == []


async def test_the_log_holds_the_reason_and_no_words(instance: Instance, sign_in: Any) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    reader = await _admin(instance, sign_in)
    await reader.get(PATH)
    await reader.post(PATH, [("first", "tala"), ("second", "mo"), ("reason", REASON)])
    entries = await instance.read(latest)
    opened = [one for one in entries if one.verb == "break_glass"]
    assert {one.subject_id for one in opened} == {str(tala), str(mo)}
    assert await rows_with(instance, "zebrafish") == []
