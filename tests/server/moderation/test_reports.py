"""Reports: taken from people here, passed on without naming them, received from elsewhere."""

import orjson
import pytest
from sqlalchemy import select

from activitypub.documents.activity import read_activity
from server.activity_log.model import LogEntry
from server.federation.model import HostPolicy, OutgoingActivity
from server.moderation.activities import HANDLERS
from server.moderation.model import Report
from server.moderation.queries import open_reports
from server.moderation.service import close_report, decide_host, report_person, restore, suspend
from server.people.queries import person_by_id
from server.people.rules import ANYBODY
from server.platform.errors import Invalid, NotFound
from server.platform.feature import Received
from server.platform.instance import Instance
from server.platform.work import Work
from server.posts.drafting import Draft
from server.posts.model import Audience
from server.posts.service import publish_post
from tests.support.people import make_person, make_remote


async def _publish(instance: Instance, author_id: int, audience: Audience = Audience.PUBLIC) -> int:
    return await instance.work(
        lambda w: publish_post(w, Draft(author_id=author_id, text="Hello", audience=audience)).id
    )


async def test_a_report_keeps_only_posts_that_the_reporter_may_see(instance: Instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    shown = await _publish(instance, ben.id)
    hidden = await _publish(instance, ben.id, Audience.DIRECT)
    foreign = await _publish(instance, ann.id)

    report = await instance.work(
        report_person,
        reporter_id=ann.id,
        target_id=ben.id,
        post_ids=[shown, hidden, foreign],
        comment="unfair offer",
        category="something new",
    )

    assert report.post_ids == [str(shown)]
    assert report.category == "other"
    assert [one.id for one in await instance.read(open_reports)] == [report.id]


async def test_a_forwarded_report_is_signed_by_the_instance_and_names_no_reporter(
    instance: Instance,
):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")

    await instance.work(
        report_person, reporter_id=ann.id, target_id=rob.id, comment="spam", forward=True
    )

    sent = await instance.read(lambda r: r.session.scalars(select(OutgoingActivity)).one())
    flag = orjson.loads(sent.body)
    assert flag["type"] == "Flag"
    assert flag["actor"] == "https://ours.example/actor"
    assert flag["object"] == ["https://far.example/users/rob"]
    assert flag["content"] == "spam"
    assert "ann" not in sent.body.decode()


async def test_somebody_who_cannot_be_seen_cannot_be_reported(instance: Instance):
    ann = await make_person(instance, "ann")

    with pytest.raises(NotFound):
        await instance.work(report_person, reporter_id=ann.id, target_id=12345)
    with pytest.raises(Invalid):
        await instance.work(report_person, reporter_id=ann.id, target_id=ann.id, comment="x" * 1001)


async def _receive(instance: Instance, sender_id: int, about: list[str]) -> None:
    flag = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://far.example/flags/1",
        "type": "Flag",
        "actor": "https://far.example/actor",
        "object": about,
        "content": "please look",
    }
    received = Received(activity=read_activity(flag), actor_id=sender_id)
    await instance.work(lambda w: HANDLERS[0].apply(w, received, None))


async def test_a_flag_from_elsewhere_becomes_one_report_about_our_person(instance: Instance):
    ben, sender = await make_person(instance, "ben"), await make_remote(instance, "actor")
    post_id = await _publish(instance, ben.id)
    about = [f"https://ours.example/people/{ben.id}", f"https://ours.example/posts/{post_id}"]

    await _receive(instance, sender.id, about)
    await _receive(instance, sender.id, about)

    reports = await instance.read(lambda r: r.session.scalars(select(Report)).all())
    assert [(one.target_id, one.post_ids, one.comment) for one in reports] == [
        (ben.id, [str(post_id)], "please look")
    ]


async def test_a_flag_about_nobody_of_ours_is_dropped(instance: Instance):
    sender = await make_remote(instance, "actor")

    await _receive(instance, sender.id, ["https://elsewhere.example/users/x"])

    assert await instance.read(open_reports) == []


async def test_a_report_is_closed_once_and_the_log_says_so(instance: Instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    report = await instance.work(report_person, reporter_id=ann.id, target_id=ben.id)

    await instance.work(close_report, login_id=None, report_id=report.id)

    with pytest.raises(NotFound):
        await instance.work(close_report, login_id=None, report_id=report.id)
    verbs = await instance.read(lambda r: r.session.scalars(select(LogEntry.verb)).all())
    assert "close_report" in verbs


async def test_a_suspended_person_disappears_and_comes_back(instance: Instance):
    ben = await make_person(instance, "ben")

    await instance.work(suspend, login_id=None, person_id=ben.id)
    assert await instance.read(person_by_id, ANYBODY, ben.id) is None
    await instance.work(restore, login_id=None, person_id=ben.id)
    assert await instance.read(person_by_id, ANYBODY, ben.id) is not None


async def test_deciding_about_a_host_is_written_down(instance: Instance):
    def unit(w: Work) -> None:
        decide_host(w, login_id=None, host="Bad.Example", policy=HostPolicy.BLOCKED, reason="spam")

    await instance.work(unit)

    entries = await instance.read(lambda r: r.session.scalars(select(LogEntry)).all())
    assert [(one.verb, one.subject_id) for one in entries] == [("host_blocked", "bad.example")]
