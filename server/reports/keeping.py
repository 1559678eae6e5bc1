"""Keeping numbers when their rows go: what they counted as stays, without the person.

Every night what has ended is written down once; an erasure writes down what it is about to delete.
"""

from datetime import tzinfo

from sqlalchemy import or_, select

from server.matching.model import Match, MatchState
from server.people.writing import insert_once
from server.platform.work import Work
from server.programmes.model import Participation, ParticipationState
from server.reports.facts import MATCH, PART, as_kept, matches_where, parts_where
from server.reports.model import Counted
from server.reports.rules import MatchFacts, PartFacts

_ENDED_PARTS = (
    ParticipationState.FINISHED,
    ParticipationState.WITHDRAWN,
    ParticipationState.REFUSED,
)
_ENDED_MATCHES = (
    MatchState.CLOSED,
    MatchState.FOLLOWED_UP,
    MatchState.DECLINED,
    MatchState.EXPIRED,
    MatchState.WITHDRAWN,
)


def keep_ended(w: Work, zone: tzinfo) -> int:
    """Write down what has ended and is not written down yet; return how much it was."""
    known_parts = select(Counted.source_id).where(Counted.kind == PART)
    known_matches = select(Counted.source_id).where(Counted.kind == MATCH)
    parts = parts_where(
        w, zone,
        [Participation.state.in_(_ENDED_PARTS), Participation.id.not_in(known_parts)],
    )  # fmt: skip
    matches = matches_where(
        w, zone, [Match.state.in_(_ENDED_MATCHES), Match.id.not_in(known_matches)]
    )
    return _keep(w, parts, matches)


def keep_person(w: Work, person_id: int, zone: tzinfo) -> int:
    """Write down what somebody counted as, before their rows go; called by an erasure."""
    parts = parts_where(w, zone, [Participation.person_id == person_id])
    matches = matches_where(
        w, zone, [or_(Match.talent_id == person_id, Match.other_id == person_id)]
    )
    return _keep(w, parts, matches)


def _keep(w: Work, parts: list[PartFacts], matches: list[MatchFacts]) -> int:
    found = [(PART, one) for one in parts] + [(MATCH, one) for one in matches]
    return sum(
        insert_once(
            w.session,
            Counted,
            {
                "kind": kind,
                "source_id": one.id,
                "programme_id": one.programme_id,
                "facts": as_kept(one),
            },
        )
        for kind, one in found
    )
