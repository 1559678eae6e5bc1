"""Signs of life of a match: a change of it, an answered check-in, a meeting, a message."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from server.coaching.model import CheckIn
from server.matching.model import Match
from server.meetings.model import Meeting, MeetingState, PairItem
from server.messages.model import Conversation
from server.platform.ids import moment_of
from server.platform.work import Reading

_ALIVE = (MeetingState.PROPOSED, MeetingState.CONFIRMED, MeetingState.MOVED, MeetingState.DONE)
_HELD = (MeetingState.CONFIRMED, MeetingState.DONE)


def last_signs(r: Reading, matches: Sequence[Match]) -> dict[int, datetime]:
    """Return when each of these matches gave its last sign.

    A meeting that both look forward to is a sign until it is over; so no alarm goes off before it.
    Only moments are read, never what was said.
    """
    ids = [one.id for one in matches]
    found = {one.id: one.state_at for one in matches}
    answered, moved, held, wrote = (
        select(of, func.max(at)).where(of.in_(ids)).group_by(of)
        for of, at in (
            (CheckIn.match_id, CheckIn.answered_at),
            (Meeting.match_id, Meeting.state_at),
            (Meeting.match_id, Meeting.ends_at),
            (PairItem.match_id, PairItem.created_at),
        )
    )
    signs = (
        answered,
        moved.where(Meeting.state.in_(_ALIVE)),
        held.where(Meeting.state.in_(_HELD)),
        wrote,
    )
    for one in signs:
        for match_id, at in r.session.execute(one):
            if match_id is not None and at is not None:
                found[match_id] = max(found[match_id], at)
    for match_id, at in _messages(r, matches).items():
        found[match_id] = max(found[match_id], at)
    return found


def _messages(r: Reading, matches: Sequence[Match]) -> dict[int, datetime]:
    """Return when the two of a match last wrote to each other, as far as they did."""
    pairs = {(one.talent_id, str(one.other_id)): one.id for one in matches}
    rows = r.session.execute(
        select(Conversation.person_id, Conversation.others, func.max(Conversation.last_id))
        .where(Conversation.person_id.in_([one.talent_id for one in matches if one.talent_id]))
        .group_by(Conversation.person_id, Conversation.others)
    )
    return {
        pairs[person_id, others]: moment_of(last_id)
        for person_id, others, last_id in rows
        if (person_id, others) in pairs
    }
