"""Keeping drafts, throwing them away, and letting them be published at a moment."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from server.drafts.model import SavedDraft
from server.drafts.queries import ABOUT, draft_of, own_draft
from server.drafts.rules import (
    KEPT,
    MAX_DRAFTS,
    Written,
    as_bytes,
    check_moment,
    from_bytes,
    to_publish,
)
from server.media.service import keep_unattached
from server.notifications.service import inform
from server.people.rules import Viewer
from server.people.sealing import open_for, seal_for
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.jobs.model import JobRequest
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work
from server.posts.drafting import check_amounts, check_poll, compose_kind, compose_text
from server.posts.loading import post_row
from server.posts.model import Audience, Post
from server.posts.service import author_of, publish_post

PUBLISH: Final = "drafts.publish"


def save_draft(
    w: Work, author_id: int, written: Written, *, draft_id: int | None = None
) -> SavedDraft:
    """Keep what somebody wrote, in place of what the draft said before; return it.

    One that waits for its moment keeps it. Raises NotFound for another's draft, NotAllowed for
    somebody who may not write, Invalid for too many drafts.
    """
    one_at_a_time(w.session, author_id)
    author_of(w, author_id)
    row = own_draft(w, author_id, draft_id) if draft_id is not None else _new(w, author_id)
    before = _media_of(w, row) if draft_id is not None else []
    row.kind = written.kind
    row.sealed = seal_for(w, author_id, as_bytes(written), ABOUT)
    row.trouble = None
    row.updated_at = w.now
    w.session.add(row)
    w.session.flush()
    dropped = [one for one in before if one not in written.media_ids]
    keep_unattached(w, author_id, dropped, until=None)
    _keep_media(w, row, written)
    return row


def _new(w: Work, author_id: int) -> SavedDraft:
    count = select(func.count()).where(SavedDraft.author_id == author_id)
    if (w.session.scalar(count) or 0) >= MAX_DRAFTS:
        raise Invalid(say("You have very many drafts. Delete some of them first."))
    return SavedDraft(
        id=w.new_id(), author_id=author_id, sealed=b"", created_at=w.now, updated_at=w.now
    )


def _keep_media(w: Work, row: SavedDraft, written: Written) -> None:
    until = max(row.publish_at or w.now, w.now) + KEPT
    keep_unattached(w, row.author_id, list(written.media_ids), until=until)


def _media_of(w: Work, row: SavedDraft) -> list[int]:
    return list(from_bytes(open_for(w, row.author_id, row.sealed, ABOUT)).media_ids)


def discard_draft(w: Work, author_id: int, draft_id: int) -> None:
    """Throw a draft away; its pictures go within a day. Raises NotFound."""
    row = own_draft(w, author_id, draft_id)
    keep_unattached(w, author_id, _media_of(w, row), until=None)
    w.session.delete(row)
    w.session.flush()


def schedule_draft(
    w: Work,
    author_id: int,
    written: Written,
    at: datetime,
    *,
    draft_id: int | None = None,
    idempotency_key: str | None = None,
) -> SavedDraft:
    """Keep a post until its moment, when it is published as if it had been sent then.

    It is checked now, as far as that can be told. Raises Invalid, NotFound, NotAllowed.
    """
    check_moment(at, w.now)
    check_written(w, author_id, written, at)
    row = save_draft(w, author_id, written, draft_id=draft_id)
    row.idempotency_key = idempotency_key
    _let_wait(w, row, at)
    return row


def check_written(w: Work, author_id: int, written: Written, at: datetime) -> None:
    """Refuse what could not be published as it stands. Raises what `publish_post` raises."""
    author = author_of(w, author_id)
    draft = to_publish(written, author_id, idempotency_key=None)
    if draft.kind is not None:
        url = w.site.url(f"/@{author.username}")
        compose_kind(w, author, draft.kind, draft.record or {}, url=url, published=at)
        return
    check_amounts(draft, has_poll=draft.poll is not None)
    if draft.poll is not None:
        check_poll(draft.poll)
    parent = draft.in_reply_to_id
    if parent is not None and post_row(w, Viewer.member(author_id), parent) is None:
        raise NotFound
    compose_text(w, author, draft, draft.audience or Audience(author.default_audience))


def reschedule_draft(w: Work, author_id: int, draft_id: int, at: datetime) -> SavedDraft:
    """Give a draft another moment. Raises NotFound, Invalid."""
    check_moment(at, w.now)
    row = own_draft(w, author_id, draft_id)
    _let_wait(w, row, at)
    _keep_media(w, row, from_bytes(open_for(w, author_id, row.sealed, ABOUT)))
    return row


def unschedule_draft(w: Work, author_id: int, draft_id: int) -> None:
    """Let a draft wait for nothing any more; it stays a draft. Raises NotFound."""
    row = own_draft(w, author_id, draft_id)
    row.publish_at, row.idempotency_key, row.updated_at = None, None, w.now
    w.session.flush()


def _let_wait(w: Work, row: SavedDraft, at: datetime) -> None:
    row.publish_at, row.trouble, row.updated_at = at, None, w.now
    w.session.flush()
    # The moment is asked again when it comes: a job of a former moment does nothing.
    moment = at.isoformat()
    w.enqueue(
        JobRequest(
            kind=PUBLISH,
            payload={"draft": str(row.id)},
            run_at=at,
            unique_key=f"{PUBLISH}:{row.id}:{moment}",
        )
    )


def publish_now(w: Work, draft_id: int) -> Post | None:
    """Publish a draft whose moment has come; None when it is gone or waits for a later one.

    Raises what `publish_post` raises; then nothing has changed.
    """
    row = w.session.get(SavedDraft, draft_id, populate_existing=True)
    if row is None or row.publish_at is None or row.publish_at > w.now:
        return None
    found = draft_of(w, row.author_id, row.id)
    post = publish_post(
        w, to_publish(found.written, row.author_id, idempotency_key=f"draft:{row.id}")
    )
    discard_draft(w, row.author_id, row.id)
    return post


def note_trouble(w: Work, draft_id: int, why: Message) -> None:
    """Keep a draft that could not be published, with the reason, and tell its author."""
    row = w.session.get(SavedDraft, draft_id, populate_existing=True)
    if row is None or row.publish_at is None or row.publish_at > w.now:
        return
    row.publish_at, row.trouble, row.updated_at = None, str(why), w.now
    w.session.flush()
    inform(w, row.author_id, "draft_stuck", {})


def due_drafts(w: Work) -> list[int]:
    """Return the drafts whose moment has come, the earliest first."""
    return list(
        w.session.scalars(
            select(SavedDraft.id)
            .where(SavedDraft.publish_at <= w.now)
            .order_by(SavedDraft.publish_at)
            .limit(100)
        )
    )


def drop_old_drafts(w: Work) -> int:
    """Delete drafts that nobody touched for 180 days; return how many there were."""
    old = w.session.scalars(
        select(SavedDraft)
        .where(SavedDraft.publish_at.is_(None), SavedDraft.updated_at < w.now - KEPT)
        .limit(100)
    ).all()
    for row in old:
        discard_draft(w, row.author_id, row.id)
    return len(old)
