"""The pages of meetings as the two sides, staff and strangers use them."""

from typing import Any

import icalendar

from server.access.model import StaffRole
from server.matching.rules import By
from server.matching.service import close_match
from server.meetings.model import MeetingState, Mode
from server.people.model import PersonKind
from server.platform.instance import Instance
from tests.server.meetings.scenes import (
    BRUSSELS,
    make_pair,
    pass_time,
    planned,
    proposed,
    stored,
    wish,
)
from tests.support.page_reader import PageReader
from tests.support.people import make_person

FORM = [
    ("mode", "coffee"),
    ("place", "Café Sands"),
    ("minutes", "60"),
    ("zone", BRUSSELS),
    ("times[]", "2026-11-25T14:00"),
    ("times[]", "2026-11-26T10:00"),
    ("times[]", ""),
]


def value_of(reader: PageReader, **attributes: Any) -> str:
    """Return what an input of the page holds."""
    (found,) = (one for one in reader.page.find_all("input", {**attributes}))
    return str(found["value"])


async def test_two_people_plan_move_and_hold_a_meeting(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    tala: PageReader = await sign_in(pair.talent)
    mona: PageReader = await sign_in(pair.mentor)
    assert await tala.get("/meetings") == 200
    assert "Propose a meeting" in tala.text
    assert await tala.get("/meetings/new") == 200
    assert tala.page.find("option", {"value": pair.key}) is not None
    assert await tala.post("/meetings/new", [("with", pair.key), *FORM]) == 303
    path = tala.headers["Location"]
    assert await tala.get(path) == 200
    assert "Waiting for an answer" in tala.text
    assert tala.page.find("input", {"name": "time"}) is None
    await mona.get("/meetings")
    assert "Your answer is needed" in mona.text
    assert await mona.get(path) == 200
    assert "Café Sands" in mona.text
    assert await mona.post(f"{path}/choose", [("time", "")]) == 422
    assert await mona.post(f"{path}/choose", [("time", "2026-11-26T10:00")]) == 303
    await tala.get(path)
    assert "Planned" in tala.text
    assert "Thursday, November 26, 2026" in tala.text
    assert await tala.get(f"{path}/times") == 200
    assert value_of(tala, name="place") == "Café Sands"
    new = [*FORM[:4], ("times[]", "2026-12-01T09:00")]
    assert await tala.post(f"{path}/times", new) == 303
    await mona.get(path)
    assert await mona.post(f"{path}/choose", [("time", "2026-12-01T09:00")]) == 303
    pass_time(instance, days=9)
    await mona.get(path)
    assert await mona.post(f"{path}/conclude", [("act", "hold"), ("note", "Nice walk")]) == 303
    await tala.get(path)
    assert "Nice walk" in tala.text
    assert await tala.post(f"{path}/note", [("note", "Thanks")]) == 303
    assert await tala.post(f"{path}/again", [("wants", "1")]) == 303
    assert await mona.get(path) == 200
    assert "Thanks" in mona.text
    assert "You both would like" not in mona.text
    assert await mona.post(f"{path}/again", [("wants", "1")]) == 303
    await tala.get(path)
    assert "You both would like to meet again." in tala.text
    await tala.get("/meetings")
    assert "Took place" in tala.text


async def test_a_form_with_faults_keeps_what_was_typed(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    tala: PageReader = await sign_in(pair.talent)
    await tala.get(f"/meetings/new?with={pair.key}")
    wrong = [("with", pair.key), *FORM[:4], ("times[]", "2026-11-20T10:00")]
    assert await tala.post("/meetings/new", wrong) == 422
    assert "must be in the future" in tala.text
    assert value_of(tala, name="place") == "Café Sands"
    assert value_of(tala, id="times-1") == "2026-11-20T10:00"
    many = [("with", pair.key), *FORM[:4], *[("times[]", "2026-11-25T14:00")] * 400]
    assert await tala.post("/meetings/new", many) == 422
    for name, value in (("mode", "dance"), ("zone", "Mars"), ("minutes", "x"), ("mode", "")):
        sent = [(k, v) for k, v in FORM if k != name] + [("with", pair.key), (name, value)]
        assert await tala.post("/meetings/new", sent) == 422
    await tala.get("/meetings")
    assert "No meeting is planned." in tala.text


async def test_ten_thousand_times_in_one_form_are_refused(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    tala: PageReader = await sign_in(pair.talent)
    await tala.get("/meetings/new")
    many = [("with", pair.key), *FORM[:4], *[("times[]", "2026-11-25T14:00")] * 10_000]
    assert 400 <= await tala.post("/meetings/new", many) < 500
    await tala.get("/meetings")
    assert "No meeting is planned." in tala.text


async def test_strangers_and_nobody_find_nothing(
    instance: Instance, sign_in: Any, anybody: PageReader
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    eve: PageReader = await sign_in(
        (await make_person(instance, "eve")).id, [StaffRole.ADMIN, StaffRole.COORDINATOR]
    )
    await eve.get("/meetings")
    for path in ("", "/times", "/calendar.ics"):
        assert await eve.get(f"/meetings/{meeting}{path}") == 404
    for path in ("choose", "times", "cancel", "conclude", "note", "again"):
        assert await eve.post(f"/meetings/{meeting}/{path}", FORM) == 404
    assert await eve.post("/meetings/new", [("with", pair.key), *FORM]) == 404
    assert await eve.get(f"/meetings/new?with={pair.key}") == 404
    items = [("match", str(pair.match_id)), ("text", "Mine"), ("kind", "todo")]
    assert await eve.post("/meetings/items", items) == 404
    assert await eve.post("/meetings/items/1", [("done", "1")]) == 404
    asked = [("event", "1"), ("other", str(pair.talent)), ("wants", "1")]
    assert await eve.post("/meetings/events/again", asked) == 404
    for path in ("/meetings", f"/meetings/{meeting}", "/settings/calendar"):
        assert await anybody.get(path) in {302, 303, 401}
    assert await eve.get("/meetings/99999999999999999999999") == 404
    assert (await stored(instance, meeting)).state == MeetingState.CONFIRMED


async def test_a_second_answer_is_a_conflict(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    meeting = await proposed(instance, pair)
    mona: PageReader = await sign_in(pair.mentor)
    await mona.get(f"/meetings/{meeting}")
    assert await mona.post(f"/meetings/{meeting}/choose", [("time", "2026-11-25T14:00")]) == 303
    assert await mona.post(f"/meetings/{meeting}/choose", [("time", "2026-11-26T10:00")]) == 409
    assert "The meeting is different now" in mona.text


async def test_a_form_without_its_token_does_nothing(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    mona: PageReader = await sign_in(pair.mentor)
    assert await mona.post(f"/meetings/{meeting}/cancel", [("form_token", "x")]) == 403
    assert (await stored(instance, meeting)).state == MeetingState.CONFIRMED


async def test_an_ended_match_can_be_read_and_nothing_else(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    await instance.work(close_match, pair.match_id, By.staff(1), "internship")
    tala: PageReader = await sign_in(pair.talent)
    assert await tala.get(f"/meetings/{meeting}") == 200
    assert "This match has ended." in tala.text
    assert tala.page.find("form", {"action": f"/meetings/{meeting}/cancel"}) is None
    assert await tala.post(f"/meetings/{meeting}/cancel") == 409
    assert await tala.post("/meetings/new", [("with", pair.key), *FORM]) == 409
    pass_time(instance, days=15)
    assert await tala.get(f"/meetings/{meeting}") == 404


async def test_the_file_of_a_meeting_holds_its_place(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair, wish(mode=Mode.ONSITE, place="Town hall"))
    tala: PageReader = await sign_in(pair.talent)
    assert await tala.get(f"/meetings/{meeting}/calendar.ics") == 200
    (event,) = icalendar.Calendar.from_ical(tala.body).walk("VEVENT")
    assert event["LOCATION"] == "Town hall"
    assert "Mona" not in tala.body
    asked = await proposed(instance, pair)
    assert await tala.get(f"/meetings/{asked}/calendar.ics") == 404


async def test_a_video_call_is_a_link_to_the_operators_service(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair, wish(mode=Mode.VIDEO, place="https://evil.example"))
    tala: PageReader = await sign_in(pair.talent)
    await tala.get(f"/meetings/{meeting}")
    assert "evil.example" not in tala.body
    link = tala.page.find("a", string="Open the video call")
    assert link is not None
    assert str(link["href"]).startswith("https://video.ours.example/")
    assert "noreferrer" in link["rel"]


async def test_the_pair_keeps_a_list(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance)
    tala: PageReader = await sign_in(pair.talent)
    mona: PageReader = await sign_in(pair.mentor)
    await tala.get("/meetings")
    sent = [("match", str(pair.match_id)), ("kind", "goal"), ("text", "A job in <IT>")]
    assert await tala.post("/meetings/items", [*sent, ("due_on", "2026-12-24")]) == 303
    assert await tala.post("/meetings/items", [*sent, ("due_on", "soon")]) == 422
    await mona.get("/meetings")
    assert "A job in <IT>" in mona.text
    (form,) = mona.page.select("form:has(input[name=done])")
    action = str(form["action"])
    assert await mona.post(action, [("done", "1")]) == 303
    assert await tala.post(f"{action}/delete") == 303
    await mona.get("/meetings")
    assert "A job in" not in mona.text


async def test_a_calendar_address_is_shown_once(
    instance: Instance, sign_in: Any, anybody: PageReader
) -> None:
    pair = await make_pair(instance)
    tala: PageReader = await sign_in(pair.talent)
    assert await tala.get("/settings/calendar") == 200
    assert await tala.post("/settings/calendar/address") == 200
    shown = tala.page.select("code")[0].get_text()
    assert shown.startswith("https://ours.example/calendar/")
    path = shown.removeprefix("https://ours.example")
    assert await anybody.get(path) == 200
    await tala.get("/settings/calendar")
    assert shown not in tala.body
    assert await tala.post("/settings/calendar/address/end") == 303
    assert await anybody.get(path) == 404
    assert await tala.post("/settings/calendar", [("zone", "Mars")]) == 422
    assert await tala.post("/settings/calendar", [("zone", "Europe/Helsinki")]) == 303
    meeting = await planned(instance, pair)
    await tala.get(f"/meetings/{meeting}")
    assert "For you:" in tala.text


async def test_staff_without_a_person_have_the_page_too(instance: Instance, sign_in: Any) -> None:
    talent = await make_person(instance, "tala", PersonKind.TALENT, None)
    reader: PageReader = await sign_in(talent.id, [StaffRole.COACH])
    assert await reader.get("/meetings") == 200
    assert await reader.get("/meetings/new") == 200
