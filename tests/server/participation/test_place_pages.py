"""The pages of taking part, and the table of who sees what of it."""

import csv
import io
from typing import Any

import icalendar
import pytest

from server.access.model import StaffRole
from server.access.service import give_role
from server.federation.model import Reach
from server.participation import hands
from server.participation.queries import attending
from server.people import relations
from server.people.model import PersonKind
from server.people.rules import ANYBODY, Place, Viewer
from server.platform.instance import Instance
from server.posts.model import Audience
from tests.server.participation.scenes import (
    make_event,
    make_guests,
    pass_time,
    place_id,
    sign_up,
    state_of,
)
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_token
from tests.support.posts import make_vacancy, seen


async def test_somebody_signs_up_and_leaves_with_forms_alone(
    instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org", display_name="Town of Sands")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    reader = await sign_in(ann)
    await reader.get(f"/@org/{event.id}")
    assert "0 of 2 places are taken" in reader.text
    wish = [("number", "2"), ("note", "Arabic, please")]
    assert await reader.post(f"/posts/{event.id}/places", wish) == 303
    assert reader.headers["Location"] == f"/@org/{event.id}#taking-part"
    await reader.get(f"/@org/{event.id}")
    assert "You have a place." in reader.text
    assert "2 of 2 places are taken" in reader.text
    assert await reader.post(f"/posts/{event.id}/places/leave") == 303
    assert await state_of(instance, event.id, ann) == "cancelled"


async def test_whoever_waits_reads_their_number_and_what_happens_next(
    instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    for one in (ann, bea):
        await sign_up(instance, one, event.id)
    reader = await sign_in(cid)
    await reader.get(f"/@org/{event.id}")
    assert reader.page.find("button", string="Stand on the waiting list") is not None
    await reader.post(f"/posts/{event.id}/places")
    await reader.get(f"/@org/{event.id}")
    assert "You are on the waiting list, number 2." in reader.text


@pytest.mark.parametrize(
    ("path", "pairs", "status"),
    [
        ("/posts/{event}/places", [("number", "9")], 422),
        ("/posts/{event}/places", [("number", "x")], 422),
        ("/posts/{event}/places", [("note", "x" * 501)], 422),
        ("/posts/1/places", [], 404),
        ("/posts/{vacancy}/places", [], 422),
        ("/posts/{event}/places/1/accept", [], 404),
        ("/posts/{event}/places/came", [], 404),
        ("/posts/{event}/cancel", [], 404),
        ("/posts/{event}/interest", [("step", "send")], 422),
        ("/posts/{vacancy}/interest", [("step", "nothing")], 422),
        ("/settings/interest/1", [("answer", "lets_talk")], 404),
        ("/settings/interest/1", [("answer", "maybe")], 422),
        ("/settings/interest/1", [], 422),
    ],
)
async def test_what_is_not_acceptable_is_refused_with_a_clear_status(
    path: str, pairs: list[tuple[str, str]], status: int, instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    vacancy = await make_vacancy(instance, org.id, Audience.PUBLIC)
    reader = await sign_in(ann)
    await reader.get(f"/@org/{event.id}")
    asked = path.format(event=event.id, vacancy=vacancy.id)
    assert await reader.post(asked, pairs) == status, reader.text
    assert await state_of(instance, event.id, ann) is None


async def test_without_the_forms_token_nothing_happens(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    reader = await sign_in(ann)
    assert await reader.post(f"/posts/{event.id}/places", [("form_token", "x")]) == 403
    assert await state_of(instance, event.id, ann) is None


@pytest.mark.parametrize(
    "path",
    ["/posts/{event}/places", "/posts/{event}/places.csv", "/posts/{event}/cancel"],
)
async def test_the_list_is_the_organisers_alone(
    path: str, instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    staff = await make_person(instance, "coach")
    event = await make_event(instance, org.id)
    await sign_up(instance, ann, event.id)
    asked = path.format(event=event.id)
    assert await (await sign_in(org.id)).get(asked) == 200
    for other in (ann, bea, staff.id):
        reader = await sign_in(other)
        if other == staff.id:
            login = reader.cookies  # the session stays; the login gets every role
            assert login
            await instance.work(_make_staff, staff.id)
        assert await reader.get(asked) == 404
    assert await anybody.get(asked) in {303, 401}
    token = await make_token(instance, org.id)
    assert await anybody.get(asked, Authorization=f"Bearer {token}") != 200


def _make_staff(w: Any, person_id: int) -> None:
    from server.access.queries import logins_of_person

    for login_id in logins_of_person(w, person_id):
        for role in StaffRole:
            give_role(w, login_id, role)


VIEWERS = [
    ("the guest", "going", 0),
    ("the organiser", None, 1),
    ("a member", None, 0),
    ("a stranger", None, 0),
    ("another server", None, 0),
]


@pytest.mark.parametrize(("who", "own_state", "asking"), VIEWERS)
async def test_everybody_sees_the_number_and_nobody_else_more(
    who: str, own_state: str | None, asking: int, instance: Instance
) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, joinMode="restricted")
    await sign_up(instance, ann, event.id)
    from server.participation.places import accept

    place = await place_id(instance, event.id, ann)
    await instance.work(accept, org.id, event.id, place)
    await sign_up(instance, bea, event.id)
    viewer = {
        "the guest": Viewer.member(ann),
        "the organiser": Viewer.member(org.id),
        "a member": Viewer.member(cid),
        "a stranger": ANYBODY,
        "another server": Viewer(None, Place.FEDIVERSE),
    }[who]
    row = await seen(instance, event.id, viewer)
    found = await instance.read(attending, viewer, row)
    assert found is not None
    assert (found.taken, found.free) == (1, 1)
    assert found.state == own_state
    assert found.asking == asking
    assert row.places_taken == 1


async def test_the_names_stand_on_no_public_page(instance: Instance, anybody: PageReader) -> None:
    org = await make_person(instance, "org")
    guest = await make_person(
        instance, "tal", PersonKind.TALENT, Reach.FEDIVERSE, display_name="Amina Guest"
    )
    event = await make_event(instance, org.id)
    await sign_up(instance, guest.id, event.id)
    for path in (f"/@org/{event.id}", f"/@org/{event.id}.ics", f"/@org/{event.id}?view=text"):
        assert await anybody.get(path) == 200
        assert "Amina" not in anybody.body
    assert await anybody.get(f"/posts/{event.id}", Accept="application/activity+json") == 200
    assert "Amina" not in anybody.body
    assert "/people/" + str(guest.id) not in anybody.body


async def test_the_organiser_reads_names_as_far_as_each_person_lets_them(
    instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    ann = await make_person(instance, "ann", PersonKind.TALENT, None, "Ann Open")
    event = await make_event(instance, org.id)
    await sign_up(instance, ann.id, event.id, note="=HYPERLINK(1)")
    reader = await sign_in(org.id)
    await reader.get(f"/posts/{event.id}/places")
    assert "Ann Open" in reader.text
    await reader.get(f"/posts/{event.id}/places.csv")
    lines = list(csv.reader(io.StringIO(reader.body.lstrip("\ufeff"))))
    assert lines[1][:3] == ["Ann Open", "ann", "1"]
    assert lines[1][4] == "'=HYPERLINK(1)"
    assert "no-store" in reader.headers["Cache-Control"]


async def test_the_organiser_decides_and_notes_who_came_on_the_page(
    instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, joinMode="restricted")
    for one in (ann, bea):
        await sign_up(instance, one, event.id)
    reader = await sign_in(org.id)
    await reader.get(f"/posts/{event.id}/places")
    yes, no = [await place_id(instance, event.id, one) for one in (ann, bea)]
    assert await reader.post(f"/posts/{event.id}/places/{yes}/accept") == 303
    assert await reader.post(f"/posts/{event.id}/places/{no}/refuse") == 303
    assert await state_of(instance, event.id, ann) == "going"
    assert await state_of(instance, event.id, bea) == "refused"
    pass_time(instance, days=7)
    await reader.get(f"/posts/{event.id}/places")
    assert await reader.post(f"/posts/{event.id}/places/came", [("came[]", str(yes))]) == 303
    await reader.get(f"/posts/{event.id}/places")
    assert reader.page.select_one(f"input[value='{yes}'][checked]") is not None


async def test_cancelling_says_first_who_will_be_told(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id)
    for one in (ann, bea, cid):
        await sign_up(instance, one, event.id)
    reader = await sign_in(org.id)
    await reader.get(f"/posts/{event.id}/cancel")
    assert "3 people who wanted to come get a notice." in reader.text
    assert await reader.post(f"/posts/{event.id}/cancel") == 303
    await reader.get(f"/@org/{event.id}")
    assert reader.page.select_one(".banner") is not None
    assert await state_of(instance, event.id, bea) == "cancelled"


async def test_an_event_is_a_calendar_file_for_whoever_sees_it(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    event = await make_event(instance, org.id)
    vacancy = await make_vacancy(instance, org.id, Audience.PUBLIC)
    hidden = await make_event(instance, org.id, Audience.FOLLOWERS)
    assert await anybody.get(f"/@org/{event.id}.ics") == 200
    assert anybody.headers["Content-Type"].startswith("text/calendar")
    (entry,) = icalendar.Calendar.from_ical(anybody.body).walk("VEVENT")
    assert entry["summary"] == "Language café"
    assert entry["url"] == f"https://ours.example/@org/{event.id}"
    for other in (vacancy, hidden):
        assert await anybody.get(f"/@org/{other.id}.ics") == 404


async def test_interest_is_looked_at_before_it_is_sent(instance: Instance, sign_in: Any) -> None:
    boss = await make_person(instance, "boss")
    tal = await make_person(instance, "tal", PersonKind.TALENT, None, "Amina")
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    reader = await sign_in(tal.id)
    await reader.get(f"/@boss/{vacancy.id}")
    assert reader.page.find("a", href=f"/posts/{vacancy.id}/interest") is not None
    await reader.get(f"/posts/{vacancy.id}/interest")
    assert "within 7 days" in reader.text
    sent = [("message", "I can bake."), ("shares[]", "summary")]
    assert await reader.post(f"/posts/{vacancy.id}/interest", [*sent, ("step", "look")]) == 200
    assert "This is what the employer will see" in reader.text
    assert "I can bake." in reader.page.select_one("blockquote").get_text()
    assert await instance.read(hands.hand_of, vacancy.id, tal.id) is None
    assert await reader.post(f"/posts/{vacancy.id}/interest", [*sent, ("step", "change")]) == 200
    assert "I can bake." in reader.page.select_one("textarea").get_text()
    assert await reader.post(f"/posts/{vacancy.id}/interest", [*sent, ("step", "send")]) == 303
    await reader.get(f"/@boss/{vacancy.id}")
    assert "You told the employer that you are interested." in reader.text


async def test_a_message_that_is_too_long_comes_back_as_it_was(
    instance: Instance, sign_in: Any
) -> None:
    boss = await make_person(instance, "boss")
    (tal,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    reader = await sign_in(tal)
    await reader.get(f"/posts/{vacancy.id}/interest")
    long = [("message", "x" * 2_001), ("step", "send")]
    assert await reader.post(f"/posts/{vacancy.id}/interest", long) == 422
    assert reader.page.select_one("textarea[aria-invalid=true]") is not None
    assert await instance.read(hands.hand_of, vacancy.id, tal) is None


async def test_the_employer_answers_and_the_person_reads_it(
    instance: Instance, sign_in: Any
) -> None:
    boss = await make_person(instance, "boss")
    tal = await make_person(instance, "tal", PersonKind.TALENT, None, "Amina")
    other = await make_person(instance, "other")
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hand = await instance.work(
        lambda w: hands.raise_hand(w, tal.id, vacancy.id, message="I can bake.")
    )
    employer, talent = await sign_in(boss.id), await sign_in(tal.id)
    await employer.get(f"/@boss/{vacancy.id}")
    assert "1 person is interested." in employer.text
    await employer.get("/settings/interest")
    assert "Amina" in employer.text
    assert "I can bake." in employer.text
    await talent.get("/settings/interest")
    assert "read by the employer" in talent.text
    pairs = [("answer", "not_this_time"), ("words", "We found somebody. Good luck!")]
    assert await employer.post(f"/settings/interest/{hand.id}", pairs) == 303
    await talent.get(f"/@boss/{vacancy.id}")
    assert "We found somebody. Good luck!" in talent.text
    assert await talent.post(f"/posts/{vacancy.id}/interest/withdraw") == 303
    await employer.get("/settings/interest")
    assert "I can bake." not in employer.text
    stranger = await sign_in(other.id)
    await stranger.get("/settings/interest")
    assert "bake" not in stranger.text
    await stranger.get(f"/@boss/{vacancy.id}")
    assert "interested" not in stranger.text


async def test_whoever_blocks_the_employer_is_not_on_the_list(
    instance: Instance, sign_in: Any
) -> None:
    boss = await make_person(instance, "boss")
    tal = await make_person(instance, "tal", PersonKind.TALENT, None, "Amina")
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    await instance.work(lambda w: hands.raise_hand(w, tal.id, vacancy.id, message="Hello"))
    await instance.work(relations.block, tal.id, boss.id)
    reader = await sign_in(boss.id)
    await reader.get("/settings/interest")
    assert "Amina" not in reader.text


@pytest.mark.parametrize("path", ["/settings/interest", "/posts/{vacancy}/interest"])
async def test_pages_of_interest_need_signing_in(
    path: str, instance: Instance, anybody: PageReader
) -> None:
    boss = await make_person(instance, "boss")
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    assert await anybody.get(path.format(vacancy=vacancy.id)) in {303, 401}
    await anybody.get(f"/@boss/{vacancy.id}")
    assert anybody.page.find(id="interest") is None
