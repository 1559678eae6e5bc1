"""What the staff have to do: made by hand or by an alert, done, or handed over to a colleague."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from server.activity_log.service import record
from server.coaching.colleagues import (
    acts_as,
    called,
    colleagues,
    coordinated,
    coordinates,
    coordinators_of,
)
from server.coaching.model import StaffTask, TaskKind
from server.coaching.rules import MOST_TASK
from server.coaching.sealed import TASK, opened_text, sealed_text
from server.coaching.sight import in_sight
from server.matching.model import Match
from server.notifications.service import inform
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work

GIVEN: Final = "coaching_task"
_ALERT_DAYS: Final = 3
_LATEST: Final = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A task as somebody of the staff types it."""

    text: str
    due_on: date | None = None
    programme_id: int | None = None
    person_id: int | None = None
    for_login: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task as the staff see it."""

    id: int
    kind: TaskKind
    text: str
    programme_id: int | None
    people: tuple[PersonRow, ...]
    """Whom it is about; both people of a match."""
    due_on: date | None
    is_late: bool
    has: str
    """What the colleague is called who has it; empty for the coordinators of the programme."""
    is_mine: bool


def alert(
    w: Work,
    kind: TaskKind,
    programme_id: int,
    *,
    person_id: int | None = None,
    match_id: int | None = None,
    login_id: int | None = None,
) -> int | None:
    """Give the staff something to do; the same alert waits once. Return the task, None if known."""
    known = select(StaffTask.id).where(
        StaffTask.kind == kind,
        StaffTask.programme_id == programme_id,
        StaffTask.person_id == person_id if person_id else StaffTask.person_id.is_(None),
        StaffTask.match_id == match_id if match_id else StaffTask.match_id.is_(None),
        StaffTask.done_at.is_(None),
    )
    if w.session.scalar(known.limit(1)) is not None:
        return None
    task = StaffTask(
        id=w.new_id(),
        kind=kind,
        programme_id=programme_id,
        login_id=login_id,
        person_id=person_id,
        match_id=match_id,
        due_on=w.now.date() + timedelta(days=_ALERT_DAYS),
        created_at=w.now,
    )
    w.session.add(task)
    w.session.flush()
    for told in [login_id] if login_id else coordinators_of(w, programme_id):
        _tell(w, told)
    return task.id


def close_alerts(w: Work, match_id: int, kinds: Collection[TaskKind]) -> None:
    """Take back what does not have to be done any more."""
    w.session.execute(
        update(StaffTask)
        .where(
            StaffTask.match_id == match_id,
            StaffTask.kind.in_(kinds),
            StaffTask.done_at.is_(None),
        )
        .values(done_at=w.now)
    )


def make_task(w: Work, login_id: int, roles: Collection[str], wish: Wish) -> int:
    """Write a task down for oneself, or for a colleague in a programme that one coordinates.

    Words about a person, whose case one has to see, are sealed under their key. Raises Invalid,
    NotFound for a programme or a person that is not one's business.
    """
    text = _checked(w, wish)
    if wish.person_id is not None:
        in_sight(w, login_id, roles, wish.person_id)
    receiver = wish.for_login or login_id
    if receiver != login_id or wish.programme_id is not None:
        programme_id = wish.programme_id
        if programme_id is None or not coordinates(w, login_id, roles, programme_id):
            raise NotFound
        _must_work(w, programme_id, receiver)
    person_id = wish.person_id
    task = StaffTask(
        id=w.new_id(),
        kind=TaskKind.BY_HAND,
        programme_id=wish.programme_id,
        login_id=receiver,
        person_id=person_id,
        text=None if person_id else text,
        text_sealed=sealed_text(w, person_id, text, TASK) if person_id else None,
        due_on=wish.due_on,
        created_at=w.now,
    )
    w.session.add(task)
    w.session.flush()
    if receiver != login_id:
        _tell(w, receiver)
    return task.id


def _checked(w: Work, wish: Wish) -> str:
    faults = {}
    text = wish.text.strip()
    if not text:
        faults["text"] = [("ERR_BLANK", say("can't be blank"))]
    elif len(text) > MOST_TASK:
        most = say("is too long (at most %(most)s)", most=MOST_TASK)
        faults["text"] = [("ERR_TOO_LONG", most)]
    if wish.due_on is not None and not w.now.date() <= wish.due_on <= w.now.date() + _LATEST:
        faults["due_on"] = [("ERR_INVALID", say("is out of range"))]
    if faults:
        raise Invalid(details=faults)
    return text


def finish_task(w: Work, task_id: int, login_id: int, roles: Collection[str]) -> None:
    """Tick a task off; twice is once. Raises NotFound for a task of others."""
    task = _in_reach(w, task_id, login_id, roles)
    if task.done_at is None:
        task.done_at = w.now
        _log(w, login_id, "finish_task", task)


def pass_on(w: Work, task_id: int, login_id: int, roles: Collection[str], to_login: int) -> None:
    """Give a task to a colleague of the same programme.

    Raises NotFound for a task of others, Invalid for who does not work in the programme.
    """
    task = _in_reach(w, task_id, login_id, roles)
    if task.done_at is not None or task.programme_id is None:
        raise NotFound
    _must_work(w, task.programme_id, to_login)
    if task.login_id != to_login:
        task.login_id = to_login
        _log(w, login_id, "pass_on_task", task)
        _tell(w, to_login)


def _must_work(r: Reading, programme_id: int, login_id: int) -> None:
    if login_id not in {one.login_id for one in colleagues(r, programme_id)}:
        fault = say("is not included in the list")
        raise Invalid(details={"colleague": [("ERR_INCLUSION", fault)]})


def _in_reach(r: Reading, task_id: int, login_id: int, roles: Collection[str]) -> StaffTask:
    task = r.session.get(StaffTask, task_id)
    if task is None:
        raise NotFound
    of_programme = task.programme_id is not None and coordinates(
        r, login_id, roles, task.programme_id
    )
    if task.login_id != login_id and not of_programme:
        raise NotFound
    return task


def open_tasks(
    r: Reading, login_id: int, roles: Collection[str], *, of_programmes: bool
) -> list[TaskRow]:
    """Return what is to be done: one's own, or all of the programmes that one coordinates.

    What nobody has yet is among one's own when one coordinates the programme. The earliest first.
    """
    wanted = (
        select(StaffTask)
        .where(StaffTask.done_at.is_(None), _whose(r, login_id, roles, of_programmes=of_programmes))
        .order_by(StaffTask.due_on.is_(None), StaffTask.due_on, StaffTask.id)
        .limit(200)
    )
    rows = r.session.scalars(wanted).all()
    about = {one.id: _people_of(r, one) for one in rows}
    people = people_by_ids(r, HOUSE, {one for ids in about.values() for one in ids})
    return [
        _row(r, one, tuple(people[p] for p in about[one.id] if p in people), login_id)
        for one in rows
    ]


def count_open(r: Reading, login_id: int, roles: Collection[str]) -> int:
    """Return how many tasks are due today or late among one's own, as `open_tasks` has them."""
    mine = _whose(r, login_id, roles, of_programmes=False)
    due = select(func.count()).where(
        StaffTask.done_at.is_(None), StaffTask.due_on <= r.now.date(), mine
    )
    return r.session.scalar(due) or 0


def _whose(
    r: Reading, login_id: int, roles: Collection[str], *, of_programmes: bool
) -> ColumnElement[bool]:
    programme_ids = coordinated(r, login_id, roles)
    if of_programmes:
        return StaffTask.programme_id.in_(programme_ids)
    unclaimed = and_(StaffTask.login_id.is_(None), StaffTask.programme_id.in_(programme_ids))
    return or_(StaffTask.login_id == login_id, unclaimed)


def _people_of(r: Reading, task: StaffTask) -> list[int]:
    if task.person_id is not None:
        return [task.person_id]
    match = r.session.get(Match, task.match_id) if task.match_id else None
    both = (match.talent_id, match.other_id) if match is not None else ()
    return [one for one in both if one is not None]


def _row(r: Reading, task: StaffTask, people: tuple[PersonRow, ...], login_id: int) -> TaskRow:
    return TaskRow(
        id=task.id,
        kind=TaskKind(task.kind),
        text=task.text or opened_text(r, task.person_id, task.text_sealed, TASK),
        programme_id=task.programme_id,
        people=people,
        due_on=task.due_on,
        is_late=task.due_on is not None and task.due_on < r.now.date(),
        has=called(r, task.login_id),
        is_mine=task.login_id == login_id,
    )


def _tell(w: Work, login_id: int) -> None:
    for person_id in acts_as(w, login_id)[:1]:
        inform(w, person_id, GIVEN, {})


def _log(w: Work, login_id: int, verb: str, task: StaffTask) -> None:
    record(w, login_id=login_id, verb=verb, subject_type="task", subject_id=task.id)
