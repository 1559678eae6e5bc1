"""Sources are added, read, paused and removed; what they give becomes posts of their person.

Everything about one reading happens in one unit of work. A record is checked before anything is
published, so an entry with faults is told of and leaves no trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import func, select

from server.importing.defaults import worded
from server.importing.entries import Collected, Entry, Unreadable, completed_by
from server.importing.model import ImportItem, ImportSource, ItemState, SourceForm
from server.importing.rules import Action, Before, Step, next_reading, plan
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts.drafting import Change, Draft, compose_kind
from server.posts.model import Audience, Post, PostState
from server.posts.service import author_of, close_post, edit_post, publish_post

MAX_SOURCES: Final = 20
_KEPT: Final = ("identifier", "state", "datePosted", "validThrough")
"""What a change at the source leaves as it was when the source does not say it."""

Faults = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """What somebody wants to take over from elsewhere."""

    person_id: int
    form: SourceForm
    name: str
    kind: str
    audience: Audience
    language: str
    address: str | None = None
    defaults: Mapping[str, Any] | None = None
    withdraws: bool = True


@dataclass(slots=True)
class Report:
    """What one reading did, as counts."""

    posted: int = 0
    changed: int = 0
    withdrawn: int = 0
    kept: int = 0
    refused: int = 0
    later: int = 0
    left_out: int = 0


def add_source(w: Work, new: NewSource) -> ImportSource:
    """Keep a source, to be read at once. Raises Invalid beyond twenty, or for one that is there."""
    author_of(w, new.person_id)
    one_at_a_time(w.session, new.person_id)
    mine = select(ImportSource).where(ImportSource.person_id == new.person_id)
    if (w.session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MAX_SOURCES:
        raise Invalid(say("There can be at most %(most)d sources.", most=MAX_SOURCES))
    if new.address and w.session.scalar(mine.where(ImportSource.address == new.address)):
        raise Invalid(say("This address is one of your sources already."))
    source = ImportSource(
        id=w.new_id(),
        person_id=new.person_id,
        form=new.form,
        name=new.name,
        address=new.address,
        kind=new.kind,
        audience=new.audience.value,
        language=new.language,
        defaults=dict(new.defaults or {}),
        withdraws=new.withdraws,
        next_at=w.now if new.address else None,
        created_at=w.now,
    )
    w.session.add(source)
    w.session.flush()
    return source


def own_source(r: Reading, person_id: int, source_id: int) -> ImportSource:
    """Return one's own source. Raises NotFound."""
    source = r.session.get(ImportSource, source_id)
    if source is None or source.person_id != person_id:
        raise NotFound
    return source


def pause(w: Work, source: ImportSource, *, paused: bool) -> None:
    """Stop reading a source, or read it again from now on."""
    source.is_paused = paused
    source.failures = 0
    source.next_at = None if paused or source.address is None else w.now


def remove_source(w: Work, person_id: int, source_id: int, *, withdraws: bool) -> None:
    """Forget a source; its posts stay, or are withdrawn with it. Raises NotFound."""
    source = own_source(w, person_id, source_id)
    if withdraws:
        for item in _items(w, source.id).values():
            _withdraw(w, source, item)
    w.session.delete(source)


def note_failure(w: Work, source_id: int, wrong: Unreadable) -> None:
    """Remember that a source could not be read, and try later, or give it up after two weeks."""
    source = w.session.get(ImportSource, source_id)
    if source is None:
        return
    source.failures += 1
    source.ran_at = w.now
    source.next_at = next_reading(w.now, source.failures)
    source.is_paused = source.next_at is None
    source.report = {"wrong": wrong.said.text, "values": dict(wrong.said.values)}


def note_unchanged(w: Work, source_id: int) -> None:
    """Remember that a source says what it said before."""
    source = w.session.get(ImportSource, source_id)
    if source is not None:
        source.failures, source.ran_at = 0, w.now
        source.next_at = next_reading(w.now, 0) if source.address else None


def take_over(w: Work, source_id: int, found: Collected, *, most: int | None = None) -> Report:
    """Make a source's posts what its entries say, and return what was done.

    Raises NotAllowed when its person may not publish any more, NotFound without the source.
    """
    source = w.session.get(ImportSource, source_id)
    if source is None:
        raise NotFound
    one_at_a_time(w.session, source.id)
    author_of(w, source.person_id)
    items = _items(w, source.id)
    entries = [completed_by(entry, source.defaults) for entry in found.entries]
    limit = {} if most is None else {"most": most}
    steps = plan(entries, _before(items), withdraws=source.withdraws, **limit)
    report = Report(left_out=found.left_out)
    for step in steps:
        _take(w, source, items.get(step.identity), step, report)
    note_unchanged(w, source.id)
    if report.later:
        source.next_at = w.now if source.address else None
    source.report = asdict(report)
    return report


def faults_in(r: Reading, source_owner: int, entry: Entry) -> Faults:
    """Return what would keep an entry from being published by somebody, as stored faults."""
    author = author_of(r, source_owner)
    record = worded(entry.record, entry.kind, now=r.now, zone=UTC)
    try:
        compose_kind(r, author, entry.kind.value, record, url=author.uri, published=r.now)
    except Invalid as refused:
        return _told(refused)
    return []


def _told(refused: Invalid) -> Faults:
    return [
        {
            "pointer": name.removeprefix("record"),
            "message": fault.description.text,
            "values": {key: str(value) for key, value in fault.description.values.items()},
        }
        for name, faults in refused.details.items()
        for fault in faults
    ] or [{"pointer": "", "message": _text(refused.safe), "values": {}}]


def _text(said: Message | str) -> str:
    return said.text if isinstance(said, Message) else said


def _items(r: Reading, source_id: int) -> dict[str, ImportItem]:
    rows = r.session.scalars(select(ImportItem).where(ImportItem.source_id == source_id))
    return {row.identity: row for row in rows}


def _before(items: Mapping[str, ImportItem]) -> dict[str, Before]:
    return {
        identity: Before(
            identity, item.fingerprint, ItemState(item.state), item.post_id is not None
        )
        for identity, item in items.items()
    }


def _take(
    w: Work, source: ImportSource, item: ImportItem | None, step: Step, report: Report
) -> None:
    if step.action is Action.KEEP:
        report.kept += 1
        if item is not None and step.entry is not None:
            item.seen_at = w.now
    elif step.action is Action.LATER:
        report.later += 1
    elif step.action is Action.WITHDRAW:
        report.withdrawn += _withdraw(w, source, item) if item is not None else 0
    elif step.entry is not None:
        _write(w, source, item, step.entry, report)


def _write(
    w: Work, source: ImportSource, item: ImportItem | None, entry: Entry, report: Report
) -> None:
    item = item or _new_item(w, source, entry)
    item.fingerprint, item.seen_at = entry.fingerprint, w.now
    item.title = str(entry.record.get("title") or entry.record.get("name") or "")[:200]
    record = {**entry.record, "source": source.name, "sourceId": entry.identity}
    post = w.session.get(Post, item.post_id) if item.post_id is not None else None
    if post is not None:
        stored = post.record or {}
        record |= {name: stored[name] for name in _KEPT if name in stored and name not in record}
    record = worded(record, entry.kind, now=w.now, zone=UTC)
    item.faults = faults_in(w, source.person_id, Entry(
        identity=entry.identity, kind=entry.kind, record=record
    ))  # fmt: skip
    if item.faults:
        item.state = ItemState.POSTED if post is not None else ItemState.REFUSED
        report.refused += 1
        return
    if post is None:
        item.post_id = _publish(w, source, record)
        report.posted += 1
    else:
        _change(w, source, post, record)
        report.changed += 1
    item.state = ItemState.POSTED


def _new_item(w: Work, source: ImportSource, entry: Entry) -> ImportItem:
    item = ImportItem(
        id=w.new_id(),
        source_id=source.id,
        identity=entry.identity,
        state=ItemState.REFUSED,
        faults=[],
        seen_at=w.now,
    )
    w.session.add(item)
    return item


def _publish(w: Work, source: ImportSource, record: Mapping[str, Any]) -> int:
    draft = Draft(
        author_id=source.person_id,
        kind=source.kind,
        record=record,
        audience=Audience(source.audience),
    )
    return publish_post(w, draft).id


def _change(w: Work, source: ImportSource, post: Post, record: Mapping[str, Any]) -> None:
    if post.state != PostState.OPEN:
        close_post(w, source.person_id, post.id, PostState.OPEN)
        record = {**record, "state": "OPEN"}
    edit_post(w, source.person_id, post.id, Change(record=record))


def _withdraw(w: Work, source: ImportSource, item: ImportItem) -> int:
    """Withdraw the post of an entry that is gone, when it is still open; return how many."""
    item.state = ItemState.WITHDRAWN
    post = w.session.get(Post, item.post_id) if item.post_id is not None else None
    if post is None or post.state != PostState.OPEN:
        return 0
    close_post(w, source.person_id, post.id, PostState.WITHDRAWN)
    return 1


def post_table(w: Work, new: NewSource, entries: Sequence[Entry], source_id: int | None) -> int:
    """Take over a table whole: into a new source, or into the one that it brings up to date.

    Returns the source's id. Raises Invalid when one of its rows has a fault: then nothing is taken
    over, because the unit of work ends.
    """
    source = own_source(w, new.person_id, source_id) if source_id else add_source(w, new)
    source.withdraws = new.withdraws
    source.defaults = dict(new.defaults or {})
    report = take_over(w, source.id, Collected(tuple(entries)), most=len(entries))
    if report.refused:
        raise Invalid(say("Some rows have faults, so nothing was taken over."))
    return source.id
