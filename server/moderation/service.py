"""Taking reports, passing them on, closing them; deciding about people and hosts."""

from collections.abc import Sequence

from sqlalchemy import select

from activitypub.documents import building
from activitypub.documents.building import Envelope
from server.activity_log.service import record
from server.federation import hosts, outbox
from server.federation.actors import instance_actor
from server.federation.model import HostPolicy
from server.moderation.events import Reported
from server.moderation.model import Report
from server.moderation.rules import MAX_COMMENT, MAX_POSTS, category_of
from server.people import service as people
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.rules import HOUSE, Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.posts.model import Post
from server.posts.visibility import visible_to


def report_person(
    w: Work,
    *,
    reporter_id: int,
    target_id: int,
    post_ids: Sequence[int] = (),
    comment: str = "",
    category: str | None = None,
    forward: bool = False,
) -> Report:
    """Take a report of one of our people. Only posts that the reporter may see are in it.

    A forwarded report goes to the target's own instance, signed by this instance, so that the
    reporter stays unnamed there.
    """
    viewer = Viewer.member(reporter_id)
    target = person_of(w, viewer, target_id)
    if len(comment) > MAX_COMMENT:
        raise Invalid(details={"comment": [("ERR_TOO_LONG", say("is too long"))]})
    seen = w.session.execute(
        select(Post.id, Post.uri)
        .where(Post.id.in_(post_ids[:MAX_POSTS]), Post.author_id == target_id, visible_to(viewer))
        .order_by(Post.id)
    ).all()
    report = Report(
        id=w.new_id(),
        reporter_id=reporter_id,
        target_id=target_id,
        post_ids=[str(post_id) for post_id, _ in seen],
        category=category_of(category),
        comment=comment,
        forwarded=forward and not target.is_local,
        created_at=w.now,
    )
    w.session.add(report)
    w.session.flush()
    if report.forwarded:
        _forward(w, target, tuple(uri for _, uri in seen), comment)
    w.emit(Reported(report.id, target_id))
    return report


def _forward(w: Work, target: PersonRow, post_uris: tuple[str, ...], comment: str) -> None:
    actor = instance_actor(w)
    flag = building.flag_of(
        target.uri,
        post_uris,
        Envelope(id=outbox.activity_uri(w), actor=actor.uri, to=(target.uri,)),
        remark=comment,
    )
    outbox.send(w, actor_id=actor.id, activity=flag, object_uri=target.uri, to_actors=[target.id])


def receive_report(
    w: Work, *, uri: str, sender_id: int, target_id: int, post_ids: Sequence[int], comment: str
) -> None:
    """Take a report from another instance; a repeat changes nothing."""
    if w.session.scalar(select(Report.id).where(Report.uri == uri)) is not None:
        return
    report = Report(
        id=w.new_id(),
        uri=uri,
        reporter_id=sender_id,
        target_id=target_id,
        post_ids=[str(post_id) for post_id in post_ids],
        category="other",
        comment=comment[:MAX_COMMENT],
        forwarded=False,
        created_at=w.now,
    )
    w.session.add(report)
    w.session.flush()
    w.emit(Reported(report.id, target_id))


def close_report(w: Work, *, login_id: int | None, report_id: int) -> Report:
    """Close a report. Raises NotFound for one that is not there or closed already."""
    report = w.session.get(Report, report_id)
    if report is None or report.closed_at is not None:
        raise NotFound
    report.closed_at, report.closed_by = w.now, login_id
    record(w, login_id=login_id, verb="close_report", subject_type="report", subject_id=report_id)
    return report


def suspend(w: Work, *, login_id: int | None, person_id: int) -> None:
    """Suspend a person: nobody sees anything of them, and their sessions end."""
    person_of(w, HOUSE, person_id)
    people.suspend_person(w, person_id)
    record(w, login_id=login_id, verb="suspend", subject_type="person", subject_id=person_id)


def restore(w: Work, *, login_id: int | None, person_id: int) -> None:
    """Take a suspension back."""
    person_of(w, HOUSE, person_id)
    people.restore_person(w, person_id)
    record(w, login_id=login_id, verb="restore", subject_type="person", subject_id=person_id)


def decide_host(
    w: Work, *, login_id: int | None, host: str, policy: HostPolicy, reason: str = ""
) -> None:
    """Decide how to meet another instance, and write down who decided."""
    hosts.set_policy(w, host, policy, reason)
    record(
        w,
        login_id=login_id,
        verb=f"host_{policy.value}",
        subject_type="host",
        subject_id=host.strip().lower(),
    )
