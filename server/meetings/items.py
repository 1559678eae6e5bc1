"""To-dos and goals of a matched pair: both write, tick off and delete them, nobody else reads them.

At most a hundred for each pair; the words are sealed under the key of whoever wrote them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from server.matching.queries import MatchRow, match_for
from server.meetings.model import ItemKind, PairItem
from server.meetings.parties import MatchOver
from server.meetings.rules import MOST_ITEM, MOST_ITEMS
from server.meetings.sealed import opened
from server.people.sealing import seal_for
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work

_TEXT = "to-do or goal of a pair"
_FARTHEST = timedelta(days=2 * 366)


class TooManyItems(Conflict):
    """The list of the pair is full."""

    code = "too_many_items"
    text = say("The list is full. Please delete something first.")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A to-do or a goal as the two of the match read it."""

    id: int
    match_id: int
    kind: ItemKind
    text: str
    due_on: date | None
    done_at: datetime | None
    is_late: bool


def items_of(r: Reading, match_ids: Iterable[int]) -> dict[int, list[ItemRow]]:
    """Return the lists of these matches, open ones first; whoever asks may read the matches."""
    rows = r.session.scalars(select(PairItem).where(PairItem.match_id.in_(set(match_ids)))).all()
    found: dict[int, list[ItemRow]] = {}
    for row in sorted(rows, key=lambda one: (one.done_at is not None, one.due_on or date.max)):
        found.setdefault(row.match_id, []).append(_row(r, row))
    return found


def add_item(
    w: Work,
    person_id: int,
    match_id: int,
    kind: ItemKind,
    text: str,
    due_on: date | None = None,
) -> int:
    """Write a to-do or a goal down. Raises NotFound, MatchOver, TooManyItems, Invalid."""
    _open_match(w, person_id, match_id)
    one_at_a_time(w.session, match_id)
    text = text.strip()
    if not text:
        raise Invalid(details={"text": [("ERR_BLANK", say("can't be blank"))]})
    if len(text) > MOST_ITEM:
        fault = say("is too long (at most %(most)s)", most=MOST_ITEM)
        raise Invalid(details={"text": [("ERR_TOO_LONG", fault)]})
    today = w.now.date()
    if due_on is not None and not today <= due_on <= today + _FARTHEST:
        raise Invalid(details={"due_on": [("ERR_INVALID", say("must be in the future"))]})
    known = select(func.count()).select_from(PairItem).where(PairItem.match_id == match_id)
    if (w.session.scalar(known) or 0) >= MOST_ITEMS:
        raise TooManyItems
    item = PairItem(
        id=w.new_id(),
        match_id=match_id,
        author_id=person_id,
        kind=kind,
        text_sealed=seal_for(w, person_id, text.encode(), _TEXT),
        due_on=due_on,
        created_at=w.now,
    )
    w.session.add(item)
    w.session.flush()
    return item.id


def set_done(w: Work, person_id: int, item_id: int, *, is_done: bool) -> None:
    """Tick an item off, or open it again. Raises NotFound, MatchOver."""
    item = _open_item(w, person_id, item_id)
    item.done_at = (item.done_at or w.now) if is_done else None
    w.session.flush()


def delete_item(w: Work, person_id: int, item_id: int) -> None:
    """Delete an item, whoever of the two wrote it. Raises NotFound, MatchOver."""
    w.session.delete(_open_item(w, person_id, item_id))
    w.session.flush()


def own_items(r: Reading, person_id: int) -> Sequence[ItemRow]:
    """Return what somebody wrote down themselves, for their own copy."""
    rows = r.session.scalars(
        select(PairItem).where(PairItem.author_id == person_id).order_by(PairItem.id)
    )
    return [_row(r, row) for row in rows]


def _row(r: Reading, row: PairItem) -> ItemRow:
    is_late = row.done_at is None and row.due_on is not None and row.due_on < r.now.date()
    text = opened(r, row.author_id, row.text_sealed, _TEXT)
    return ItemRow(row.id, row.match_id, ItemKind(row.kind), text, row.due_on, row.done_at, is_late)


def _open_item(w: Work, person_id: int, item_id: int) -> PairItem:
    item = w.session.get(PairItem, item_id)
    if item is None:
        raise NotFound
    _open_match(w, person_id, item.match_id)
    return item


def _open_match(w: Work, person_id: int, match_id: int) -> MatchRow:
    match = match_for(w, match_id, person_id)
    if not match.is_readable(w.now):
        raise NotFound
    if not match.is_consented:
        raise MatchOver
    return match
