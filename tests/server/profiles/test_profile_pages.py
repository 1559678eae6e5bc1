"""The pages of a profile: questions, searching, faults that lose nothing, viewing as others."""

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.profiles.model import Audience
from server.profiles.queries import own_answers
from server.profiles.service import look_as_staff
from tests.support.people import make_login, make_person


@pytest.fixture
async def talent(instance):
    return await make_person(instance, "tia", PersonKind.TALENT, None)


@pytest.fixture
async def mentor(instance):
    return await make_person(instance, "mia", PersonKind.MENTOR, Reach.FEDIVERSE)


@pytest.fixture
async def body(instance):
    return await make_person(instance, "hub", PersonKind.ORGANISATION, None, "The Hub")


async def kept(instance, person):
    return await instance.read(own_answers, person.id)


@pytest.mark.parametrize(
    "path",
    [
        "/settings/profile",
        "/settings/profile/about",
        "/settings/profile/view_as",
        "/settings/reach",
        "/settings/name",
        "/settings/members",
        "/settings/looked_at",
    ],
)
async def test_own_pages_need_somebody(anybody, path):
    assert await anybody.get(path) == 303
    assert "/auth/sign_in" in anybody.headers["Location"]


async def test_every_page_of_every_kind_opens_and_can_be_sent_unchanged(instance, sign_in):
    for number, kind in enumerate(PersonKind):
        person = await make_person(instance, f"p{number}", kind, None)
        reader = await sign_in(person.id)
        assert await reader.get("/settings/profile") == 200
        links = [a["href"] for a in reader.page.select("a.tile")]
        assert len(links) >= 5
        for link in links:
            assert await reader.get(link) == 200
            assert await reader.post(link, reader.form(link)) == 303
        assert await kept(instance, person) == {}


async def test_answers_are_kept_with_their_audience(instance, sign_in, talent):
    reader = await sign_in(talent.id)
    path = "/settings/profile/about"
    await reader.get(path)
    sent = [
        ("name", " Tia  Example "),
        ("audience[name]", "members"),
        ("interests", "chess\n\nfootball\nchess"),
        ("working_style[]", "team"),
        ("press", "next"),
    ]
    assert await reader.post(path, sent) == 303
    assert reader.headers["Location"] == "/settings/profile/contact"
    answers = await kept(instance, talent)
    assert answers["name"].value == "Tia Example"
    assert answers["name"].audience is Audience.MEMBERS
    assert answers["interests"].value == ["chess", "football"]
    assert answers["interests"].audience is Audience.MATCHED
    assert answers["working_style"].audience is Audience.PRIVATE
    await reader.get(path)
    again = dict(reader.form(path))
    assert again["interests"] == "chess\nfootball"
    assert again["audience[name]"] == "members"


async def test_an_emptied_answer_is_gone(instance, sign_in, talent, give):
    await give(talent.id, "name", "Tia")
    reader = await sign_in(talent.id)
    await reader.get("/settings/profile/about")
    await reader.post("/settings/profile/about", [("name", "")])
    assert await kept(instance, talent) == {}


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(instance, sign_in, body):
    reader = await sign_in(body.id)
    path = "/settings/profile/organisation"
    await reader.get(path)
    sent = [("legal_name", "The Hub vzw"), ("number", "0123.456.789"), ("website", "nowhere")]
    assert await reader.post(path, sent) == 422
    typed = dict(reader.form(path))
    assert typed["legal_name"] == "The Hub vzw"
    assert typed["number"] == "0123.456.789"
    assert "typing mistake" in reader.text
    assert "not a web address" in reader.text
    assert reader.page.select_one('#number[aria-invalid="true"]') is not None
    assert await kept(instance, body) == {}


async def test_hours_are_kept_and_shown_again_when_wrong(instance, sign_in, body):
    reader = await sign_in(body.id)
    path = "/settings/profile/opening"
    await reader.get(path)
    sent = [
        ("opening_hours[mon][from]", "09:00"),
        ("opening_hours[mon][to]", "12:00"),
        ("opening_hours[mon][from2]", "13:00"),
        ("opening_hours[mon][to2]", "17:00"),
    ]
    assert await reader.post(path, [*sent, ("walk_in_hours[tue][from]", "10:00")]) == 422
    assert dict(reader.form(path))["opening_hours[mon][to2]"] == "17:00"
    assert await reader.post(path, sent) == 303
    answers = await kept(instance, body)
    assert answers["opening_hours"].value == {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}


async def test_languages_are_given_with_a_level_each(instance, sign_in, talent):
    reader = await sign_in(talent.id)
    path = "/settings/profile/languages"
    await reader.get(path)
    sent = [
        ("languages[0][language]", "ar"),
        ("languages[0][level]", "native"),
        ("languages[1][language]", "nl"),
        ("languages[1][level]", "A2"),
        ("languages[1][skills][writing]", "A1"),
    ]
    assert await reader.post(path, sent) == 303
    assert (await kept(instance, talent))["languages"].value == [
        {"language": "ar", "level": "native"},
        {"language": "nl", "level": "A2", "skills": {"writing": "A1"}},
    ]
    assert await reader.get(path) == 200
    again = dict(reader.form(path))
    assert (again["languages[0][level]"], again["languages[1][level]"]) == ("native", "A2")
    assert again["languages[1][skills][writing]"] == "A1"
    assert await reader.post(path, [("languages[0][language]", "ar")]) == 422
    assert "Choose a level" in reader.text


async def test_a_search_works_without_a_script_and_keeps_what_is_ticked(instance, sign_in, body):
    reader = await sign_in(body.id)
    path = "/settings/profile/place"
    await reader.get(path)
    assert await reader.post(path, [("region_text", "Vlaanderen"), ("region_search", "1")]) == 200
    found = {one["value"] for one in reader.page.select('input[name="region[]"]')}
    assert "BE25" in found
    assert await kept(instance, body) == {}
    sent = [("region[]", "BE25"), ("region_text", "Oost"), ("region_search", "1")]
    assert await reader.post(path, sent) == 200
    assert ("region[]", "BE25") in reader.form(path)
    assert await reader.post(path, [("region[]", "BE25"), ("press", "save")]) == 303
    assert (await kept(instance, body))["region"].value == ["BE25"]


async def test_a_search_that_finds_nothing_says_so(sign_in, body):
    reader = await sign_in(body.id)
    path = "/settings/profile/place"
    await reader.get(path)
    assert await reader.post(path, [("region_text", "qqqqzz"), ("region_search", "1")]) == 422
    assert "Nothing fits" in reader.text


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("about", [("name", "T"), ("audience[name]", "public")]),  # wider than the field allows
        ("place", [("region[]", "XX99")]),
        ("work", [("years", "a hundred")]),
        ("private", [("work_permission", "yes"), ("audience[work_permission]", "members")]),
        ("languages", [("languages[0][language]", "qqq"), ("languages[0][level]", "B1")]),
        ("time", [("availability[]", "mon_night")]),
        ("about", [("audience[name]", "everybody"), ("name", "T")]),
    ],
)
async def test_what_no_form_offers_is_refused(instance, sign_in, talent, path, sent):
    reader = await sign_in(talent.id)
    await reader.get(f"/settings/profile/{path}")
    assert await reader.post(f"/settings/profile/{path}", sent) == 422
    assert await kept(instance, talent) == {}


async def test_a_page_that_a_kind_does_not_have_is_not_found(sign_in, talent):
    reader = await sign_in(talent.id)
    assert await reader.get("/settings/profile/opening") == 404
    await reader.get("/settings/profile/about")
    assert await reader.post("/settings/profile/opening", [("x", "y")]) == 404


async def test_a_form_without_its_token_changes_nothing(instance, sign_in, talent):
    reader = await sign_in(talent.id)
    reader.token = "nonsense"
    assert await reader.post("/settings/profile/about", [("name", "T")]) == 403
    assert await kept(instance, talent) == {}


async def test_view_as_shows_what_each_looker_is_given(sign_in, mentor, give, run_jobs):
    await give(mentor.id, "name", "Mia Private", Audience.MATCHED)
    await give(mentor.id, "phone", "059 123 456")
    await give(mentor.id, "job_title", "Baker", Audience.PUBLIC)
    await give(mentor.id, "workplace", "The Mill", Audience.MEMBERS)
    await run_jobs()
    reader = await sign_in(mentor.id)
    seen = {}
    for who in ("stranger", "member", "matched", "partner", "staff", "server"):
        assert await reader.get(f"/settings/profile/view_as?who={who}") == 200
        seen[who] = reader.text
    words = {"Baker", "The Mill", "Mia Private", "059 123 456"}
    shown = {who: {word for word in words if word in text} for who, text in seen.items()}
    assert shown == {
        "stranger": {"Baker"},
        "member": {"Baker", "The Mill"},
        "matched": {"Baker", "The Mill", "Mia Private"},
        "partner": {"Baker"},
        "staff": words,
        "server": {"Baker"},
    }
    assert '"PropertyValue"' in seen["server"]
    assert "BEGIN PUBLIC KEY" not in seen["server"]
    assert await reader.get("/settings/profile/view_as?who=nobody") == 422


async def test_view_as_says_when_there_is_nothing_to_find(sign_in, talent):
    reader = await sign_in(talent.id)
    for who in ("stranger", "partner", "server"):
        await reader.get(f"/settings/profile/view_as?who={who}")
        assert "cannot find you at all" in reader.text


async def test_the_person_reads_who_looked_and_what_for(instance, sign_in, talent, give):
    await give(talent.id, "work_permission", "yes")
    reader = await sign_in(talent.id)
    await reader.get("/settings/looked_at")
    assert "Nobody has looked" in reader.text
    login = await make_login(instance, [], "staff@ours.example")
    await instance.work(
        look_as_staff,
        login_id=login.id,
        roles=frozenset({"coach"}),
        person_id=talent.id,
        purpose="coaching",
    )
    await reader.get("/settings/looked_at")
    assert "A coach. To help you as your coach." in reader.text
    assert "Work permission" in reader.text


async def test_a_handle_and_a_name_are_chosen(instance, sign_in, talent):
    reader = await sign_in(talent.id)
    await reader.get("/settings/name")
    sent = [("display_name", "Tia"), ("handle", "@river_owl")]
    assert await reader.post("/settings/name", sent) == 303
    now = await instance.read(person_of, HOUSE, talent.id)
    assert (now.display_name, now.username) == ("Tia", "river_owl")
    assert now.url == "https://ours.example/@river_owl"
    assert await reader.get("/@river_owl") == 200


@pytest.mark.parametrize("handle", ["taken", "not a handle", "x" * 31])
async def test_a_handle_that_cannot_be_had_is_refused(instance, sign_in, talent, handle):
    await make_person(instance, "taken")
    reader = await sign_in(talent.id)
    await reader.get("/settings/name")
    sent = [("display_name", "New"), ("handle", handle)]
    assert await reader.post("/settings/name", sent) == 422
    assert dict(reader.form("/settings/name"))["handle"] == handle
    now = await instance.read(person_of, HOUSE, talent.id)
    assert (now.display_name, now.username) == ("", "tia")


async def test_somebody_new_who_need_not_show_a_face_gets_a_pattern(
    instance, talent, body, run_jobs
):
    await run_jobs()
    drawn = await instance.read(person_of, HOUSE, talent.id)
    assert drawn.avatar is not None
    assert drawn.avatar_description == "A pattern of coloured tiles"
    assert (await instance.read(person_of, HOUSE, body.id)).avatar is None


async def test_a_pattern_or_a_picture_with_words_is_chosen(instance, sign_in, talent):
    from tests.support.pictures import picture

    reader = await sign_in(talent.id)
    await reader.get("/settings/name")
    source = reader.page.select_one(".patterns img")["src"]
    assert await reader.client.get(source) is not None
    await reader.get("/settings/name")
    path = "/settings/name/picture"
    assert await reader.post(path, [("pattern", "0123456789ab")]) == 303
    first = (await instance.read(person_of, HOUSE, talent.id)).avatar
    assert first is not None
    await reader.get("/settings/name")
    upload = {"picture": ("me.jpg", picture())}
    assert await reader.post(path, [("description", "")], **upload) == 422
    assert await reader.post(path, [("description", "Me, laughing")], **upload) == 303
    now = await instance.read(person_of, HOUSE, talent.id)
    assert now.avatar != first
    assert now.avatar_description == "Me, laughing"


@pytest.mark.parametrize("sent", [[], [("pattern", "../../etc")], [("pattern", "zz")]])
async def test_no_picture_is_refused(instance, sign_in, talent, sent):
    reader = await sign_in(talent.id)
    await reader.get("/settings/name")
    assert await reader.post("/settings/name/picture", sent) == 422
    assert (await instance.read(person_of, HOUSE, talent.id)).avatar is None


async def test_a_broken_picture_is_refused(instance, sign_in, talent):
    reader = await sign_in(talent.id)
    await reader.get("/settings/name")
    sent = [("description", "Me")]
    path = "/settings/name/picture"
    assert await reader.post(path, sent, picture=("me.jpg", b"not a picture")) == 422
    assert "not a JPEG" in reader.text
