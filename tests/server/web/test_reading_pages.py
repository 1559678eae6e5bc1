"""Reading an offer: its facts and channels, its ways to be read, passed on, printed and reported."""

from typing import Any

import pytest
from sqlalchemy import select

from schemas import KINDS
from server.moderation.model import Report
from server.people import relations
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts.kinds import Kind
from server.posts.kinds.facts import _ROWS
from server.posts.model import Audience, PostState
from server.posts.service import close_post
from server.posts.similar import nearness
from server.web.channels import answers_to, contact_in
from server.web.sharing import qr_svg
from server.web.showing import offer_of
from server.web.signs import OTHER, sign_of
from tests.server.web.samples import NAMES, publish, sample
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.posts import make_post, seen

WEB = "https://ours.example/apply"


@pytest.mark.parametrize("name", NAMES)
async def test_every_fact_has_a_sign_and_words(
    name: str, instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    post = await publish(instance, org.id, name.partition("/")[0], sample(name))
    assert await anybody.get(f"/@org/{post.id}") == 200
    rows = anybody.page.select("dl.facts > div")
    assert len(rows) >= 3
    for row in rows:
        assert row.select_one("dt svg[aria-hidden=true]") is not None
        assert row.dt is not None
        assert row.dt.get_text(strip=True)
        assert row.dd is not None
        assert row.dd.get_text(strip=True)


def test_every_fact_of_every_kind_has_a_sign_of_its_own() -> None:
    keys = {key for rows in _ROWS.values() for key, _ in rows} - {"contact", "howToApply"}
    assert {key for key in keys if sign_of(key) == OTHER} == set()


@pytest.mark.parametrize(
    ("kind", "record", "labels"),
    [
        ("vacancy", {"applyUrl": WEB}, ["Apply for this job"]),
        ("vacancy", {"applyUrl": "mailto:jobs@ours.example"}, ["Apply by e-mail"]),
        ("study", {"applyUrl": WEB}, ["Enrol for this course"]),
        ("project", {"applyUrl": WEB}, ["Join this project"]),
        ("tool", {"url": WEB}, ["Open this tool"]),
        ("event", {"joinMode": "external", "applyUrl": WEB}, ["Sign up on their page"]),
        ("event", {"joinMode": "free", "applyUrl": WEB}, []),
        ("event", {"joinMode": "none", "onlineUrl": WEB}, ["Open the online meeting"]),
        ("vacancy", {"applyUrl": "javascript:alert(1)"}, []),
    ],
)
def test_the_buttons_are_those_of_the_channels(
    kind: str, record: dict[str, Any], labels: list[str]
) -> None:
    found = answers_to(Kind(kind), record, is_local=True, page=WEB)
    assert [str(one.label) for one in found] == labels
    assert all(one.href.startswith(("https://", "mailto:")) for one in found)


def test_an_event_of_another_server_is_joined_there() -> None:
    record = {"joinMode": "free"}
    (found,) = answers_to(Kind.EVENT, record, is_local=False, page="https://far.example/events/1")
    assert (str(found.label), found.shown) == ("Join on their site", "far.example")
    assert answers_to(Kind.EVENT, record, is_local=False, page="javascript:1") == ()


def test_a_contact_is_called_written_to_or_visited() -> None:
    contact = contact_in(
        {
            "contact": {
                "name": "Desk",
                "telephone": "+32 (0)59 12 34 56",
                "email": "desk@ours.example",
                "url": WEB,
            }
        }
    )
    assert [one.href for one in contact.channels] == [
        "tel:+32059123456", "mailto:desk@ours.example", WEB,
    ]  # fmt: skip
    assert not contact_in({})
    assert contact_in({"contact": {"telephone": "ask inside"}}).channels == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_offer_is_read_as_text_alone(
    kind: str, instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    post = await publish(instance, org.id, kind)
    assert await anybody.get(f"/@org/{post.id}?view=text&lang={post.language}") == 200
    page = anybody.page
    assert not page.select("img, svg, script, link[rel=stylesheet]")
    assert len(page.select("h1")) == 1
    assert post.title in page.h1.get_text()
    assert len(anybody.body.encode()) < 12 * 1024
    assert page.select_one("link[rel=canonical]")["href"] == post.url


async def test_easy_language_takes_the_place_of_the_text(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    bare = dict(sample("vacancy/valid-1"))
    bare.pop("easyText")
    bare["identifier"] = "urn:uuid:3bbd9642-d194-5c1d-85c5-df34ad2cd4aa"
    plain = await publish(instance, org.id, "vacancy", bare)
    await anybody.get(f"/@org/{post.id}?view=easy")
    assert "Je helpt mensen thuis. Je leert het werk" in anybody.text
    assert "aankleden" not in anybody.text
    await anybody.get(f"/@org/{plain.id}?view=easy")
    assert "aankleden" in anybody.text
    await anybody.get(f"/@org/{plain.id}?view=nonsense")
    assert anybody.status == 200


async def test_a_machines_translation_says_so(instance: Instance, anybody: PageReader) -> None:
    org = await make_person(instance, "org")
    record = dict(sample("vacancy/valid-1"))
    record["translations"] = {"en": {"title": "Care worker", "machineMade": True}}
    post = await publish(instance, org.id, "vacancy", record)
    row = await seen(instance, post.id)
    english, dutch = (offer_of(row, tag="en", asked=tag) for tag in ("en", "nl"))
    assert english is not None
    assert dutch is not None
    assert (english.is_machine_made, dutch.is_machine_made) == (True, False)
    await anybody.get(f"/@org/{post.id}?lang=en")
    assert "A machine translated this." in anybody.text
    await anybody.get(f"/@org/{post.id}?lang=nl")
    assert "A machine translated this." not in anybody.text


async def test_the_code_is_a_picture_of_the_address(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "event")
    hidden = await publish(instance, org.id, "event", sample("event/valid-2"), Audience.FOLLOWERS)
    assert await anybody.get(f"/@org/{post.id}/qr.svg") == 200
    assert anybody.headers["Content-Type"].startswith("image/svg+xml")
    assert anybody.body.encode() == qr_svg(post.url)
    assert qr_svg(post.url) != qr_svg(post.url + "x")
    for path in ("qr.svg", "print", "report"):
        assert await anybody.get(f"/@org/{hidden.id}/{path}") == 404


@pytest.mark.parametrize("kind", KINDS)
async def test_an_offer_is_printed_with_its_code(
    kind: str, instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    post = await publish(instance, org.id, kind)
    assert await anybody.get(f"/@org/{post.id}/print?lang={post.language}") == 200
    assert post.title in anybody.page.h1.get_text()
    assert anybody.page.select_one(f"img[src='/@org/{post.id}/qr.svg']") is not None
    assert post.url in anybody.text
    assert len(anybody.page.select("dl.facts dt")) <= 10


async def test_an_ordinary_post_has_no_sheet(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id)
    assert await anybody.get(f"/@ann/{post.id}/print") == 404
    assert await anybody.get(f"/@ann/{post.id}/qr.svg") == 200
    assert await anybody.get(f"/@ann/{post.id}?view=text") == 200


async def reports(instance: Instance) -> list[tuple[str, str, list[str]]]:
    def read(r: Reading) -> list[tuple[str, str, list[str]]]:
        rows = r.session.scalars(select(Report).order_by(Report.id)).all()
        return [(row.category, row.comment, row.post_ids) for row in rows]

    return await instance.read(read)


async def test_a_member_reports_a_post(instance: Instance, sign_in: Any) -> None:
    ann, fan = await make_person(instance), await make_person(instance, "fan")
    post = await make_post(instance, ann.id)
    reader = await sign_in(fan.id)
    path = f"/@ann/{post.id}/report"
    await reader.get(f"/@ann/{post.id}")
    assert reader.page.find("a", href=path) is not None
    assert await reader.get(path) == 200
    assert await reader.post(path, [("comment", "Asks for money")]) == 422
    assert "Asks for money" in reader.page.select_one("textarea").get_text()
    assert await reader.post(path, [("reason", "legal"), ("comment", "x" * 1_001)]) == 422
    assert await reports(instance) == []
    assert await reader.post(path, [("reason", "legal"), ("comment", "Asks for money")]) == 200
    assert "Thank you" in reader.text
    assert await reports(instance) == [("legal", "Asks for money", [str(post.id)])]


async def test_strangers_get_a_contact_line_and_authors_nothing(
    instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id)
    path = f"/@ann/{post.id}/report"
    assert await anybody.get(path) == 200
    assert anybody.page.select_one("main form") is None
    author = await sign_in(ann.id)
    assert await author.get(path) == 404
    await author.get(f"/@ann/{post.id}")
    assert author.page.find("a", href=path) is None


async def test_what_is_over_says_so_and_leads_to_what_is_open(
    instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    org, near, far = [await make_person(instance, one) for one in ("org", "near", "far")]
    records = [dict(sample("vacancy/valid-1")) for _ in range(4)]
    for number, record in enumerate(records):
        record["identifier"] = f"urn:uuid:3bbd9642-d194-5c1d-85c5-df34ad2cd4a{number}"
    records[2] |= {"regions": ["FI1B1"], "occupation": "http://data.europa.eu/esco/occupation/x"}
    over = await publish(instance, org.id, "vacancy", records[0])
    like = await publish(instance, near.id, "vacancy", records[1])
    unlike = await publish(instance, far.id, "vacancy", records[2])
    hidden = await publish(instance, near.id, "vacancy", records[3], Audience.FOLLOWERS)
    await anybody.get(f"/@org/{over.id}")
    assert anybody.page.find(id="similar") is None
    await instance.work(close_post, org.id, over.id, PostState.FILLED)
    await anybody.get(f"/@org/{over.id}")
    links = {str(a["href"]) for a in anybody.page.select("section[aria-labelledby=similar] h3 a")}
    assert links == {f"/@near/{like.id}"}
    assert f"/@far/{unlike.id}" not in links
    fan = await make_person(instance, "fan")
    await instance.work(relations.follow, fan.id, near.id)
    reader = await sign_in(fan.id)
    await reader.get(f"/@org/{over.id}")
    links = {str(a["href"]) for a in reader.page.select("section[aria-labelledby=similar] h3 a")}
    assert links == {f"/@near/{like.id}", f"/@near/{hidden.id}"}


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({"occupation": "2512"}, {"occupation": "2512"}, 4),
        ({"occupation": "2512"}, {"occupations": ["2513"]}, 2),
        ({"occupation": "2512"}, {"occupation": "5312"}, 0),
        ({"regions": ["BE255"]}, {"regions": ["BE255", "BE100"]}, 2),
        ({"regions": ["BE255"]}, {"regions": ["BE258"]}, 1),
        ({"regions": ["BE255"]}, {"regions": ["FI1B1"]}, 0),
        ({"eventType": "FAIR"}, {"eventType": "FAIR"}, 1),
        ({}, {}, 0),
    ],
)
def test_nearness_counts_what_two_offers_share(
    one: dict[str, Any], other: dict[str, Any], shared: int
) -> None:
    assert nearness(one, other) == shared


async def test_a_new_author_and_another_server_are_told_apart(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    post = await publish(instance, org.id, "vacancy")
    await anybody.get(f"/@org/{post.id}")
    assert "On this site since" in anybody.text
    assert "Checked by our staff" not in anybody.text


async def test_the_buttons_say_whether_they_are_pressed(instance: Instance, sign_in: Any) -> None:
    ann, fan = await make_person(instance), await make_person(instance, "fan")
    post = await make_post(instance, ann.id)
    reader = await sign_in(fan.id)
    await reader.get(f"/@ann/{post.id}")
    before = [one["aria-pressed"] for one in reader.page.select("button[aria-pressed]")]
    assert before == ["false", "false", "false"]
    await reader.post(f"/posts/{post.id}/like")
    await reader.get(f"/@ann/{post.id}")
    after = [one["aria-pressed"] for one in reader.page.select("button[aria-pressed]")]
    assert after == ["true", "false", "false"]
