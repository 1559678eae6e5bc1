"""Deciding about a pair: the card is opened, then proposed with a reason, or forbidden.

Nothing is proposed unseen, and never everything at once: each pair's card was opened by whoever
proposes it. What was decided, how fast and at which rank is kept (`decisions`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.matching import service
from server.matching.desk.context import Desk
from server.matching.desk.decisions import (
    Verdict,
    forget_opening,
    must_have_opened,
    note_opening,
    write_decision,
)
from server.matching.desk.drafts import BY_HAND, take_away_drafts_of
from server.matching.desk.looking import Card, look_at_card
from server.matching.desk.suggested import Judged
from server.matching.desk.views import CandidateView, candidate_view, handles, in_words
from server.matching.model import Match, MatchState
from server.matching.queries import MatchRow, match_row, row_of
from server.matching.rules import OPEN_STATES
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work

MOST_AT_ONCE: Final = 50


class ReasonNeeded(Invalid):
    """Somebody decides against the suggestion and does not say why."""

    code = "reason_needed"
    text = say("Say why: this is not what was suggested.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A pair whose card is open: both cards, what suggestions say, and where it stands."""

    talent: Card
    other: Card
    view: CandidateView
    match: MatchRow | None
    """The match of these two that is not over, drafts included."""


def open_card(w: Work, desk: Desk, talent_id: int, judged: Judged) -> Opened:
    """Open the card of a pair: both looks are written down, and that it was opened."""
    other_id = judged.candidate.person_id
    talent = look_at_card(w, desk.by, talent_id, desk.language)
    other = look_at_card(w, desk.by, other_id, desk.language)
    if desk.may_match:
        pair = (talent_id, other_id)
        note_opening(w, desk.login_id, desk.programme.id, pair, judged.rank)
    why = in_words(w, [judged.candidate.explanation], desk.language)[0]
    name = handles(w, [other_id])[other_id]
    view = candidate_view(judged.candidate, why, name, rank=judged.rank, is_opened=True)
    return Opened(talent, other, view, open_match(w, desk.programme.id, talent_id, other_id))


def open_match(r: Reading, programme_id: int, talent_id: int, other_id: int) -> MatchRow | None:
    """Return the match of two people in a programme that is not over."""
    found = r.session.scalar(
        select(Match).where(
            Match.programme_id == programme_id,
            Match.talent_id == talent_id,
            Match.other_id == other_id,
            Match.state.in_(OPEN_STATES),
        )
    )
    return row_of(found) if found is not None else None


def propose_pair(w: Work, desk: Desk, talent_id: int, judged: Judged, reason: str) -> MatchRow:
    """Propose a pair whose card is open; it need not stand on the board.

    Raises CardNotOpened, ReasonNeeded, and what `service.propose` raises.
    """
    other = judged.candidate
    must_have_opened(w, desk.login_id, desk.programme.id, (talent_id, other.person_id))
    known = open_match(w, desk.programme.id, talent_id, other.person_id)
    if known is None:
        draft = service.Draft(
            talent_part_id=judged.talent_part_id,
            other_part_id=other.part_id,
            score=other.score,
            weights_version=judged.weights_version,
            explanation={**other.explanation, BY_HAND: True},
        )
        known = service.draft_match(w, desk.login_id, draft)
    return _proposed(w, desk, known, reason)


def propose_drafts(w: Work, desk: Desk, ids: Sequence[int], reason: str) -> list[MatchRow]:
    """Propose pairs of the board, all or none; each card was opened by this login.

    Raises NotFound for a match that is not a draft of this programme, CardNotOpened, ReasonNeeded,
    and what `service.propose` raises.
    """
    if not ids:
        raise Invalid(say("Tick at least one pair."))
    found = [match_row(w, one) for one in ids]
    for row in found:
        if row.programme_id != desk.programme.id or row.state is not MatchState.DRAFT:
            raise NotFound
    return [_proposed(w, desk, row, reason) for row in found]


def _proposed(w: Work, desk: Desk, row: MatchRow, reason: str) -> MatchRow:
    if row.talent_id is None or row.other_id is None:
        raise NotFound
    pair = (row.talent_id, row.other_id)
    seconds, rank = must_have_opened(w, desk.login_id, desk.programme.id, pair)
    followed = rank == 1 or row.explanation.get(BY_HAND) is not True
    if not followed and not reason.strip():
        raise ReasonNeeded
    proposed = service.propose(w, row.id, desk.login_id)
    verdict = Verdict(row.talent_id, row.id, rank, followed, seconds, reason)
    write_decision(w, desk.login_id, desk.programme.id, verdict)
    forget_opening(w, desk.login_id, desk.programme.id, pair)
    if proposed.state is MatchState.PROPOSED:
        take_away_drafts_of(w, desk.programme.id, row.talent_id, proposed)
    return proposed


def forbid(w: Work, desk: Desk, talent_id: int, other_id: int, reason: str) -> None:
    """Forbid to pair two people of the programme. Raises Invalid for a reason staff do not give."""
    if reason not in STAFF_REASONS:
        raise Invalid(details={"reason": [("ERR_INCLUSION", say("is not included in the list"))]})
    service.ban_pair(w, talent_id, other_id, reason, desk.login_id)


STAFF_REASONS: Final = {"staff": say("Staff's wish"), "conflict": say("Family or work conflict")}
"""Why staff forbid a pair; what the two decide themselves is not in it."""
ALL_REASONS: Final = {**STAFF_REASONS, "refused": say("One said no"), "block": say("Blocked")}
