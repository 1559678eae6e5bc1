"""Changing what reports keep: who pays, what people answer for the funder, who took what out."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from server.activity_log.service import record
from server.people.sealing import open_for, seal_for
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.secrets import SecretsError
from server.platform.storage.old import Old, count_old, delete_old
from server.platform.work import Reading, Work
from server.privacy.ledger import has_agreed
from server.privacy.texts import FUNDER
from server.programmes.model import Participation, Role
from server.programmes.queries import ParticipationRow
from server.reports.facts import ANSWER
from server.reports.funding import LATER, Answers, Countable, Record, countables, missing
from server.reports.indicators import HOST, TALENT, IndicatorSet, indicator_sets
from server.reports.model import Counted, ExportTrail, FundedProgramme, FunderAnswers
from server.reports.rules import Period

ABOUT: Final = "answers for a funder"
"""What the sealed answers are bound to."""
TRAIL_KEPT: Final = timedelta(days=3_653)
MOST_REASON: Final = 300
SELF, STAFF = "self", "staff"
_SOON: Final = timedelta(days=14)
"""So long before the six months are over one may answer."""


class ConsentMissing(NotAllowed):
    """Answers for a funder are kept by consent alone."""

    text = say("This needs the person's consent first.")


def fund(w: Work, paid: FundedProgramme, *, by: int) -> None:
    """Write down that a funder pays a programme. Raises Invalid for an unknown list or a past day.

    Answers that are there keep until the new day, too.
    """
    if paid.indicator_set not in indicator_sets():
        raise Invalid(details={"set": [("ERR_INCLUSION", say("is not included in the list"))]})
    if paid.keep_until <= w.now.date():
        raise Invalid(details={"keep_until": [("ERR_INVALID", say("This day is over."))]})
    w.session.merge(paid)
    for row in w.session.scalars(
        select(FunderAnswers).where(FunderAnswers.programme_id == paid.programme_id)
    ):
        row.keep_until = paid.keep_until
    record(
        w, login_id=by, verb="fund_programme", subject_type="programme",
        subject_id=paid.programme_id,
    )  # fmt: skip
    w.session.flush()


def funded(r: Reading, programme_id: int) -> FundedProgramme | None:
    """Return who pays a programme, when a funder does."""
    return r.session.get(FundedProgramme, programme_id)


def role_in(part: ParticipationRow) -> str | None:
    """Return as whom a funder asks somebody; mentors are not asked."""
    return {Role.TALENT: TALENT, Role.HOST: HOST}.get(part.role)


def moments_open(part: ParticipationRow, today: date) -> list[str]:
    """Return which moments may be answered now; none for who was never accepted or is a mentor."""
    if part.accepted_at is None or role_in(part) is None:
        return []
    if part.ended_at is None or role_in(part) == HOST:
        return ["entry"]
    is_later = today >= part.ended_at.date() + LATER - _SOON
    return ["entry", "exit", "later"] if is_later else ["entry", "exit"]


def answers_row(r: Reading, participation_id: int) -> FunderAnswers | None:
    """Return what somebody answered for a participation, still sealed."""
    return r.session.scalar(
        select(FunderAnswers).where(FunderAnswers.participation_id == participation_id)
    )


def opened(r: Reading, row: FunderAnswers) -> dict[str, dict[str, Any]]:
    """Return the answers by moment; nothing when the key of the person is gone."""
    try:
        told = json.loads(open_for(r, row.person_id, row.sealed, ABOUT))
    except SecretsError:
        return {}
    return dict(told)


def own_funder_answers(
    r: Reading, person_id: int, participation_id: int
) -> dict[str, dict[str, Any]]:
    """Return somebody's own answers, for that person's page alone."""
    row = answers_row(r, participation_id)
    return opened(r, row) if row is not None and row.person_id == person_id else {}


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers of one moment, and who wrote them down: the person, or staff beside the person."""

    moment: str
    answers: Mapping[str, Any]
    login_id: int | None = None


def write_answers(w: Work, part: ParticipationRow, given: Answering) -> None:
    """Keep the answers of one moment, in the place of former ones.

    Raises NotFound where no funder asks or the moment has not come, ConsentMissing.
    """
    paid = funded(w, part.programme_id)
    if paid is None or given.moment not in moments_open(part, w.now.date()):
        raise NotFound
    if not has_agreed(w, part.person_id, FUNDER):
        raise ConsentMissing
    row = answers_row(w, part.id) or _fresh(w, part, paid)
    told = {**opened(w, row), given.moment: dict(given.answers)}
    row.sealed = seal_for(w, part.person_id, json.dumps(told).encode(), ABOUT)
    row.exit_on = part.ended_at.date() if part.ended_at else None
    row.moments = {**row.moments, given.moment: _mark(w, part, row.indicator_set, given, told)}
    w.session.add(row)
    if given.login_id is not None:
        record(
            w, login_id=given.login_id, verb="write_funder_answers", subject_type="person",
            subject_id=part.person_id, about={"purpose": FUNDER.name},
        )  # fmt: skip
    w.session.flush()


def _mark(
    w: Work, part: ParticipationRow, name: str, given: Answering, told: Answers
) -> Mapping[str, Any]:
    kept, role = indicator_sets().get(name), role_in(part)
    done = kept is not None and role is not None and not missing(kept, role, given.moment, told)
    by = STAFF if given.login_id is not None else SELF
    return {"on": w.now.date().isoformat(), "by": by, "complete": done}


def _fresh(w: Work, part: ParticipationRow, paid: FundedProgramme) -> FunderAnswers:
    began = part.accepted_at or part.applied_at
    return FunderAnswers(
        id=w.new_id(),
        programme_id=part.programme_id,
        person_id=part.person_id,
        participation_id=part.id,
        indicator_set=paid.indicator_set,
        pseudonym=f"P-{secrets.token_hex(5)}",
        entry_on=began.date(),
        sealed=seal_for(w, part.person_id, b"{}", ABOUT),
        moments={},
        keep_until=paid.keep_until,
    )


def record_of(row: FunderAnswers, role: str, answers: Answers) -> Record:
    """Return a row as counting takes it."""
    return Record(role, row.entry_on, row.exit_on, answers)


def let_go(w: Work, rows: Iterable[FunderAnswers]) -> None:
    """Delete answers; what they counted for stays as single marks that lead to nobody.

    Each mark has a number by chance, so that marks of one person cannot be put together again.
    """
    for row in rows:
        kept = indicator_sets().get(row.indicator_set)
        for one in _marks(w, row, kept) if kept is not None else ():
            w.session.add(
                Counted(
                    kind=ANSWER,
                    source_id=secrets.randbits(62),
                    programme_id=row.programme_id,
                    facts={
                        "set": row.indicator_set,
                        "code": one.code,
                        "group": one.group,
                        "on": one.on.replace(day=1).isoformat(),
                    },
                )
            )
        w.session.delete(row)
    w.session.flush()


def _marks(w: Work, row: FunderAnswers, kept: IndicatorSet) -> Sequence[Countable]:
    answers = opened(w, row)
    is_host = any(one.of == HOST and one.name in answers.get("entry", {})
                  for one in kept.questions.values())  # fmt: skip
    return countables(kept, record_of(row, HOST if is_host else TALENT, answers))


def rows_of_person(r: Reading, person_id: int) -> list[FunderAnswers]:
    """Return everything somebody answered for funders, still sealed."""
    found = select(FunderAnswers).where(FunderAnswers.person_id == person_id)
    return list(r.session.scalars(found.order_by(FunderAnswers.id)))


def forget_old(w: Work) -> None:
    """Delete answers that no funder needs any more, and the oldest of the audit trail.

    Before that, note the day of leaving beside answers: the participation may go before them.
    """
    left = select(FunderAnswers, Participation.ended_at).join(
        Participation, Participation.id == FunderAnswers.participation_id
    )
    for row, ended_at in w.session.execute(
        left.where(FunderAnswers.exit_on.is_(None), Participation.ended_at.is_not(None))
    ):
        row.exit_on = ended_at.date() if ended_at else None
    answers, trail = _old_at(w.now)
    let_go(w, w.session.scalars(select(FunderAnswers).where(answers[1])))
    delete_old(w.session, [trail])


def too_old(r: Reading, at: datetime) -> int:
    """Return how many rows `forget_old` would delete at a moment."""
    return count_old(r.session, _old_at(at))


def _old_at(at: datetime) -> tuple[Old, Old]:
    return (
        (FunderAnswers, FunderAnswers.keep_until < at.date()),
        (ExportTrail, ExportTrail.at < at - TRAIL_KEPT),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was taken out."""

    what: str
    form: str
    programme_id: int | None
    period: Period
    hides_small: bool
    reason: str | None = None


def note_export(w: Work, taken: Export, *, by: int) -> None:
    """Write into the audit trail that somebody takes numbers out.

    Raises Invalid when the file about single people has no reason.
    """
    reason = (taken.reason or "").strip()
    if taken.what == "participants" and not reason:
        raise Invalid(details={"reason": [("ERR_BLANK", say("can't be blank"))]})
    w.session.add(
        ExportTrail(
            id=w.new_id(),
            login_id=by,
            at=w.now,
            what=taken.what,
            form=taken.form,
            programme_id=taken.programme_id,
            since=taken.period.since,
            until=taken.period.until,
            hides_small=taken.hides_small,
            reason=reason[:MOST_REASON] or None,
        )
    )
    w.session.flush()
