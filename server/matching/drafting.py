"""Making a pair and asking the talent: what staff do before anybody else knows.

Whoever is not accepted, has not agreed to be matched, or must not be paired is refused here, both
when the draft is made and when it is proposed: weeks may lie between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from server.activity_log.service import record
from server.matching import telling
from server.matching.changing import held, keep_ban, log, move, note, saved
from server.matching.events import MatchChanged
from server.matching.model import Match, MatchState, PairBan
from server.matching.queries import (
    MatchRow,
    ban_between,
    consented_between,
    load_of,
    open_matches_of,
    row_of,
)
from server.matching.rules import (
    KINDS_OF_OTHERS,
    OPEN_STATES,
    REASONS,
    TERM,
    By,
    MatchRefused,
    Step,
)
from server.people.model import Block, PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.privacy.ledger import has_agreed
from server.privacy.texts import MATCHING, questions
from server.programmes.model import ParticipationState, Role
from server.programmes.queries import ParticipationRow, participation, programme
from server.programmes.rules import MATCHED_IN


class PairRefused(MatchRefused):
    """These two cannot be paired; the text says which rule."""

    code = "pair_refused"
    text = say("These two cannot be paired.")


class SecondLookNeeded(MatchRefused):
    """The same member of the staff cannot agree to their own proposal."""

    code = "second_look"
    text = say("A second member of the staff has to agree.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A pair to be made, with what the suggestion said of it; by hand there is no score."""

    talent_part_id: int
    other_part_id: int
    score: int | None = None
    weights_version: int | None = None
    explanation: Mapping[str, Any] = field(default_factory=dict)
    is_locked: bool = False
    former_id: int | None = None


def draft_match(w: Work, login_id: int, draft: Draft) -> MatchRow:
    """Put a pair on the board; nobody but the staff knows. Raises PairRefused and NotFound."""
    talent = participation(w, draft.talent_part_id)
    other = participation(w, draft.other_part_id)
    one_at_a_time(w.session, talent.person_id)
    kind = _require_pair(w, talent, other)
    match = Match(
        id=w.new_id(),
        programme_id=talent.programme_id,
        talent_id=talent.person_id,
        other_id=other.person_id,
        talent_part_id=talent.id,
        other_part_id=other.id,
        other_kind=kind,
        state=MatchState.DRAFT,
        state_at=w.now,
        is_locked=draft.is_locked,
        score=draft.score,
        weights_version=draft.weights_version,
        explanation=dict(draft.explanation),
        login_id=login_id,
        former_id=draft.former_id,
        outcome_more={},
        created_at=w.now,
    )
    w.session.add(match)
    try:
        w.session.flush()
    except IntegrityError as taken:
        raise PairRefused(say("There is a match of these two already.")) from taken
    note(w, match, None, None, By.staff(login_id))
    w.emit(MatchChanged(match.id, match.programme_id, None, MatchState.DRAFT))
    return row_of(match)


def set_locked(w: Work, match_id: int, login_id: int, *, is_locked: bool) -> MatchRow:
    """Keep a draft on the board whatever the solver says, or let it go again."""
    match = held(w, match_id)
    if match.state != MatchState.DRAFT:
        raise MatchRefused
    match.is_locked = is_locked
    log(w, login_id, "match_lock" if is_locked else "match_unlock", match)
    return saved(w, match)


def propose(w: Work, match_id: int, login_id: int) -> MatchRow:
    """Ask the talent. Where the programme wants a second look, the first call only puts it forward.

    Raises PairRefused, SecondLookNeeded for a second call by the same member of the staff, and
    MatchRefused when it is no draft any more.
    """
    match = held(w, match_id)
    if match.state != MatchState.DRAFT:
        raise MatchRefused
    _require_proposable(w, match)
    by = By.staff(login_id)
    if programme(w, match.programme_id).needs_second_look:
        if match.put_forward_by is None:
            match.put_forward_by = login_id
            move(w, match, Step.PUT_FORWARD, by)
            return saved(w, match)
        if match.put_forward_by == login_id:
            raise SecondLookNeeded
    match.talent_asked_at, match.expires_at, match.reminded_at = w.now, w.now + TERM, None
    match.login_id = match.put_forward_by or login_id
    w.session.flush()
    move(w, match, Step.PROPOSE, by)
    if match.talent_id is not None:
        telling.tell(w, match.talent_id, telling.MATCH_ASKED, match.id)
    return saved(w, match)


def ban_pair(w: Work, talent_id: int, other_id: int, reason: str, login_id: int) -> None:
    """Forbid to pair two people. Raises NotFound for a reason or a person that there is not."""
    if reason not in REASONS or talent_id == other_id:
        raise NotFound
    for person_id in (talent_id, other_id):
        person_of(w, HOUSE, person_id)
    keep_ban(w, talent_id, other_id, reason, login_id)
    _log_ban(w, login_id, "match_ban", talent_id, other_id)
    for row in open_matches_of(w, talent_id):
        if row.state is MatchState.DRAFT and row.other_id == other_id:
            move(w, held(w, row.id), Step.WITHDRAW, By.staff(login_id))


def lift_ban(w: Work, talent_id: int, other_id: int, login_id: int) -> bool:
    """Allow to pair two people again; tell whether it was forbidden.

    Raises PairRefused for what one of the two decided: staff do not overrule a no or a block.
    """
    ban = w.session.get(PairBan, (talent_id, other_id))
    if ban is None:
        return False
    if ban.reason in {"refused", "block"}:
        raise PairRefused
    w.session.delete(ban)
    w.session.flush()
    _log_ban(w, login_id, "match_unban", talent_id, other_id)
    return True


def _log_ban(w: Work, login_id: int, verb: str, talent_id: int, other_id: int) -> None:
    pair = f"{talent_id}-{other_id}"
    record(w, login_id=login_id, verb=verb, subject_type="pair_ban", subject_id=pair)


def _require_pair(r: Reading, talent: ParticipationRow, other: ParticipationRow) -> PersonKind:
    """Return the kind of the other side of a pair that may be made."""
    kind = person_of(r, HOUSE, other.person_id).kind
    fits = (
        talent.programme_id == other.programme_id
        and talent.role is Role.TALENT
        and other.role in {Role.MENTOR, Role.HOST}
        and kind in KINDS_OF_OTHERS
        and talent.person_id != other.person_id
    )
    if not fits or kind is None:
        raise PairRefused
    if programme(r, talent.programme_id).state not in MATCHED_IN:
        raise PairRefused(say("This programme makes no matches now."))
    for part in (talent, other):
        _require_accepted(r, part)
    if ban_between(r, talent.person_id, other.person_id) or _is_blocked(r, talent, other):
        raise PairRefused(say("These two must not be paired."))
    if _has_open(r, talent.person_id, other.person_id):
        raise PairRefused(say("There is a match of these two already."))
    return kind


def _require_proposable(r: Reading, match: Match) -> None:
    if match.talent_part_id is None or match.other_part_id is None:
        raise PairRefused
    talent, other = participation(r, match.talent_part_id), participation(r, match.other_part_id)
    for part in (talent, other):
        _require_accepted(r, part)
    if ban_between(r, talent.person_id, other.person_id) or _is_blocked(r, talent, other):
        raise PairRefused(say("These two must not be paired."))
    if load_of(r, other.id) >= other.capacity:
        raise PairRefused(say("The other side has no free place."))
    same_role = select(Match.id).where(
        Match.talent_part_id == talent.id,
        Match.id != match.id,
        Match.state.in_(OPEN_STATES - {MatchState.DRAFT}),
        Match.other_kind == match.other_kind,
    )
    if r.session.scalar(same_role.limit(1)) is not None:
        raise PairRefused(say("The talent has a match already."))


def _require_accepted(r: Reading, part: ParticipationRow) -> None:
    """Raise PairRefused unless somebody takes part now and their yes to matching counts."""
    if part.state is not ParticipationState.ACCEPTED:
        raise PairRefused(say("One of the two does not take part now."))
    person = person_of(r, HOUSE, part.person_id)
    is_asked = person.kind is not None and MATCHING in questions(PersonKind(person.kind))
    if person.suspended or (is_asked and not has_agreed(r, part.person_id, MATCHING)):
        raise PairRefused(say("There is no consent."))


def _is_blocked(r: Reading, talent: ParticipationRow, other: ParticipationRow) -> bool:
    ids = (talent.person_id, other.person_id)
    blocked = exists().where(Block.blocker_id.in_(ids), Block.blocked_id.in_(ids))
    return bool(r.session.scalar(select(blocked)))


def _has_open(r: Reading, talent_id: int, other_id: int) -> bool:
    known = consented_between(r, talent_id, other_id)
    return known is not None or any(
        row.other_id == other_id for row in open_matches_of(r, talent_id)
    )
