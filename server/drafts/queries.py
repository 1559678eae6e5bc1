"""Reading drafts: always somebody's own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.drafts.model import SavedDraft
from server.drafts.rules import Written, from_bytes
from server.people.sealing import open_for
from server.platform.errors import NotFound
from server.platform.http.paging import Page
from server.platform.work import Reading

ABOUT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft as its author reads it."""

    id: int
    author_id: int
    written: Written
    publish_at: datetime | None
    trouble: str | None
    idempotency_key: str | None
    updated_at: datetime


def drafts_of(r: Reading, author_id: int) -> list[DraftRow]:
    """Return somebody's drafts: those that wait first, then by the last change."""
    rows = r.session.scalars(
        select(SavedDraft)
        .where(SavedDraft.author_id == author_id)
        .order_by(SavedDraft.publish_at.is_(None), SavedDraft.publish_at, SavedDraft.id.desc())
    ).all()
    waiting = [one for one in rows if one.publish_at is not None]
    others = [one for one in rows if one.publish_at is None]
    others.sort(key=lambda one: one.updated_at, reverse=True)
    return [_row(r, one) for one in (*waiting, *others)]


def draft_of(r: Reading, author_id: int, draft_id: int) -> DraftRow:
    """Return one of somebody's own drafts. Raises NotFound for everything else."""
    return _row(r, own_draft(r, author_id, draft_id))


def scheduled_of(r: Reading, author_id: int, page: Page) -> list[DraftRow]:
    """Return a page of the drafts that wait for their moment, the newest first."""
    wanted = select(SavedDraft).where(
        SavedDraft.author_id == author_id, SavedDraft.publish_at.is_not(None)
    )
    if page.max_id is not None:
        wanted = wanted.where(SavedDraft.id < page.max_id)
    since = max((one for one in (page.since_id, page.min_id) if one is not None), default=None)
    if since is not None:
        wanted = wanted.where(SavedDraft.id > since)
    order = SavedDraft.id.asc() if page.ascends else SavedDraft.id.desc()
    rows = [_row(r, one) for one in r.session.scalars(wanted.order_by(order).limit(page.limit))]
    return rows[::-1] if page.ascends else rows


def scheduled_one(r: Reading, author_id: int, draft_id: int) -> DraftRow:
    """Return one of somebody's drafts that wait for their moment. Raises NotFound."""
    row = draft_of(r, author_id, draft_id)
    if row.publish_at is None:
        raise NotFound
    return row


def scheduled_before(r: Reading, author_id: int, idempotency_key: str) -> DraftRow | None:
    """Return what the same request made before."""
    found = r.session.scalar(
        select(SavedDraft).where(
            SavedDraft.author_id == author_id, SavedDraft.idempotency_key == idempotency_key
        )
    )
    return None if found is None else _row(r, found)


def own_draft(r: Reading, author_id: int, draft_id: int) -> SavedDraft:
    """Return the row of somebody's own draft. Raises NotFound."""
    found = r.session.get(SavedDraft, draft_id, populate_existing=True)
    if found is None or found.author_id != author_id:
        raise NotFound
    return found


def _row(r: Reading, one: SavedDraft) -> DraftRow:
    return DraftRow(
        id=one.id,
        author_id=one.author_id,
        written=from_bytes(open_for(r, one.author_id, one.sealed, ABOUT)),
        publish_at=one.publish_at,
        trouble=one.trouble,
        idempotency_key=one.idempotency_key,
        updated_at=one.updated_at,
    )
