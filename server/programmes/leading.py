"""The staff's changes of a programme: make and change it, move it on, publish its rules."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, select, update

from server.activity_log.service import record
from server.people.writing import rows_changed
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.programmes.events import ProgrammeChanged
from server.programmes.model import (
    AgreementText,
    Participation,
    ParticipationState,
    Programme,
    ProgrammeKind,
    ProgrammeStaff,
    ProgrammeState,
    WeightSet,
)
from server.programmes.queries import ProgrammeRow, agreement_of, programme, weights_of
from server.programmes.rules import (
    DISTANCES,
    FLOORS,
    INSIDE,
    LANGUAGE_FLOORS,
    MOST_AGREEMENT,
    MOST_NAME,
    MOST_POINTS,
    MOST_SLOTS,
    MOST_SUMMARY,
    SIGNALS,
    THRESHOLD,
    UNDECIDED,
    may_move,
)
from server.programmes.service import end_with_programme, refuse

STAFF_ROLES: Final = ("coordinator", "coach", "facilitator")


class NotNow(Conflict):
    """The programme is not where this can be done."""

    code = "not_now"
    text = say("This cannot be done now. Load the page again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What staff write down about a programme; texts are by language tag."""

    kind: ProgrammeKind = ProgrammeKind.MENTORING
    name: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    applications_until: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    places: int | None = None
    check_in_weeks: tuple[int, ...] = (1, 4)
    check_in_every: int = 4
    silence_days: int = 21
    needs_second_look: bool = False

    def columns(self) -> dict[str, Any]:
        """Return the plan as columns of the table."""
        lists = {"regions": list(self.regions), "check_in_weeks": list(self.check_in_weeks)}
        texts = {"name": dict(self.name), "summary": dict(self.summary)}
        return {**asdict(self), **lists, **texts}


def create_programme(w: Work, plan: Plan, *, by: int | None) -> ProgrammeRow:
    """Make a programme as a draft, with the usual weights. Raises Invalid."""
    _check(plan)
    row = Programme(id=w.new_id(), state=ProgrammeState.DRAFT, created_at=w.now, **plan.columns())
    w.session.add(row)
    w.session.flush()
    _log(w, by, "programme_created", row.id)
    publish_weights(w, row.id, SIGNALS, FLOORS, THRESHOLD, by=by)
    return programme(w, row.id)


def change_programme(w: Work, programme_id: int, plan: Plan, *, by: int | None) -> ProgrammeRow:
    """Change a programme; its kind stays. Raises NotFound, Invalid."""
    _check(plan)
    row = _row(w, programme_id)
    for name, value in plan.columns().items():
        if name != "kind":
            setattr(row, name, value)
    w.session.flush()
    _log(w, by, "programme_changed", programme_id)
    return programme(w, programme_id)


def open_call(w: Work, programme_id: int, *, by: int | None) -> None:
    """Let people apply. Raises Invalid while there is nothing they could agree on."""
    try:
        agreement_of(w, programme_id)
    except NotFound:
        raise Invalid(say("Write the agreement first.")) from None
    _move(w, programme_id, ProgrammeState.CALL, by)


def begin_matching(w: Work, programme_id: int, *, by: int | None) -> None:
    """End the call, begin to match."""
    _move(w, programme_id, ProgrammeState.MATCHING, by)


def run_programme(w: Work, programme_id: int, *, by: int | None) -> None:
    """Let the programme run."""
    _move(w, programme_id, ProgrammeState.RUNNING, by)


def begin_closing(w: Work, programme_id: int, *, by: int | None) -> None:
    """Make no new matches; outcomes are written down."""
    _move(w, programme_id, ProgrammeState.CLOSING, by)


def close_programme(w: Work, programme_id: int, *, by: int | None) -> None:
    """Close for good: who takes part has finished, who still waits for an answer is refused."""
    _move(w, programme_id, ProgrammeState.CLOSED, by)
    for participation_id in _ids_in(w, programme_id, UNDECIDED):
        refuse(w, participation_id, by=by)
    for participation_id in _ids_in(w, programme_id, INSIDE):
        end_with_programme(w, participation_id, by=by)


def set_staff(w: Work, programme_id: int, roles: Mapping[int, str], *, by: int | None) -> None:
    """Name who works in a programme, instead of those named before. Raises Invalid."""
    _row(w, programme_id)
    if not set(roles.values()) <= set(STAFF_ROLES):
        raise Invalid(details={"staff": [("ERR_INCLUSION", say("is not included in the list"))]})
    w.session.execute(delete(ProgrammeStaff).where(ProgrammeStaff.programme_id == programme_id))
    w.session.add_all(
        ProgrammeStaff(programme_id=programme_id, login_id=login_id, role=role)
        for login_id, role in roles.items()
    )
    w.session.flush()
    _log(w, by, "programme_staff_changed", programme_id)


def publish_weights(
    w: Work,
    programme_id: int,
    weights: Mapping[str, int],
    floors: Mapping[str, Any],
    threshold: int,
    *,
    by: int | None,
) -> int:
    """Publish a new version of how pairs are scored; return its number. Raises Invalid."""
    _row(w, programme_id)
    _check_weights(weights, floors, threshold)
    try:
        version = weights_of(w, programme_id).version + 1
    except NotFound:
        version = 1
    w.session.add(
        WeightSet(
            id=w.new_id(),
            programme_id=programme_id,
            version=version,
            weights=dict(weights),
            floors=dict(floors),
            threshold=threshold,
            login_id=by,
            published_at=w.now,
        )
    )
    w.session.flush()
    _log(w, by, "weights_published", programme_id, version)
    return version


def publish_agreement(
    w: Work, programme_id: int, texts: Mapping[str, Mapping[str, str]], *, by: int | None
) -> int:
    """Publish a new version of the agreement and the code of conduct. Raises Invalid."""
    _row(w, programme_id)
    kept = {
        tag: {part: (words.get(part) or "").strip() for part in ("agreement", "conduct")}
        for tag, words in texts.items()
        if any((words.get(part) or "").strip() for part in ("agreement", "conduct"))
    }
    if not kept or not all(one["agreement"] and one["conduct"] for one in kept.values()):
        raise Invalid(details={"agreement": [("ERR_BLANK", say("can't be blank"))]})
    if any(len(text) > MOST_AGREEMENT for one in kept.values() for text in one.values()):
        fault = say("is too long (at most %(most)s)", most=MOST_AGREEMENT)
        raise Invalid(details={"agreement": [("ERR_TOO_LONG", fault)]})
    try:
        version = agreement_of(w, programme_id).version + 1
    except NotFound:
        version = 1
    w.session.add(
        AgreementText(
            id=w.new_id(), programme_id=programme_id, version=version, texts=kept,
            published_at=w.now,
        )
    )  # fmt: skip
    w.session.flush()
    _log(w, by, "agreement_published", programme_id, version)
    return version


def _move(w: Work, programme_id: int, state: ProgrammeState, by: int | None) -> None:
    former = programme(w, programme_id).state
    if not may_move(former, state):
        raise NotNow
    moved = w.session.execute(
        update(Programme)
        .where(Programme.id == programme_id, Programme.state == former)
        .values(state=state, closed_at=w.now if state is ProgrammeState.CLOSED else None)
    )
    if not rows_changed(moved):
        raise NotNow
    _log(w, by, f"programme_{state.value}", programme_id)
    w.emit(ProgrammeChanged(programme_id, former, state))


def _check(plan: Plan) -> None:
    faults: dict[str, list[tuple[str, Any]]] = {}
    if not any(text.strip() for text in plan.name.values()):
        faults["name"] = [("ERR_BLANK", say("can't be blank"))]
    for field_name, texts, most in (
        ("name", plan.name, MOST_NAME),
        ("summary", plan.summary, MOST_SUMMARY),
    ):
        if any(len(text) > most for text in texts.values()):
            faults[field_name] = [
                ("ERR_TOO_LONG", say("is too long (at most %(most)s)", most=most))
            ]
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        faults["ends_on"] = [("ERR_INVALID", say("is out of range"))]
    if faults:
        raise Invalid(details=faults)


def _check_weights(weights: Mapping[str, int], floors: Mapping[str, Any], threshold: int) -> None:
    is_whole = set(weights) == set(SIGNALS) and set(floors) == set(FLOORS)
    points_fit = all(0 <= one <= MOST_POINTS for one in weights.values()) and any(weights.values())
    floors_fit = (
        floors.get("language") in LANGUAGE_FLOORS
        and isinstance(floors.get("learning"), bool)
        and floors.get("distance") in DISTANCES
        and isinstance(floors.get("availability"), int)
        and 0 <= floors["availability"] <= MOST_SLOTS
    )
    if not (is_whole and points_fit and floors_fit and 0 <= threshold <= MOST_POINTS):
        raise Invalid(details={"weights": [("ERR_INVALID", say("Choose at least one."))]})


def _ids_in(w: Work, programme_id: int, states: frozenset[ParticipationState]) -> list[int]:
    wanted = select(Participation.id).where(
        Participation.programme_id == programme_id, Participation.state.in_(states)
    )
    return list(w.session.scalars(wanted))


def _row(w: Work, programme_id: int) -> Programme:
    row = w.session.get(Programme, programme_id)
    if row is None:
        raise NotFound
    return row


def _log(w: Work, by: int | None, verb: str, programme_id: int, version: int | None = None) -> None:
    about: dict[str, str | int | bool] = {} if version is None else {"version": version}
    record(
        w, login_id=by, verb=verb, subject_type="programme", subject_id=programme_id, about=about
    )
