"""What matching answers: blocks, consents taken back, people who leave a programme or us."""

from sqlalchemy import and_, or_, select

from server.matching import telling
from server.matching.changing import keep_ban
from server.matching.forgetting import forget_person
from server.matching.model import Match
from server.matching.queries import open_matches_of
from server.matching.service import end_at_once
from server.people.events import Blocked, PersonDeleted, PersonSuspended
from server.platform.events import Reaction
from server.platform.work import Work
from server.privacy.events import ConsentWithdrawn
from server.privacy.texts import MATCHING
from server.programmes.events import ParticipationChanged
from server.programmes.model import ParticipationState

_LEFT = frozenset(
    {ParticipationState.WITHDRAWN, ParticipationState.REFUSED, ParticipationState.FINISHED}
)


def _on_blocked(w: Work, event: Blocked) -> None:
    """A block ends the match of the two at once, and they are not paired again."""
    pair = (event.blocker_id, event.blocked_id)
    theirs = select(Match).where(
        or_(
            and_(Match.talent_id == pair[0], Match.other_id == pair[1]),
            and_(Match.talent_id == pair[1], Match.other_id == pair[0]),
        )
    )
    for match in w.session.scalars(theirs).all():
        if match.talent_id is not None and match.other_id is not None:
            keep_ban(w, match.talent_id, match.other_id, "block")
        end_at_once(w, match.id, event.blocker_id)
        # What ended before may be read no longer either.
        if match.readable_until is not None and match.readable_until > w.now:
            match.readable_until = w.now
    w.session.flush()


def _on_consent_withdrawn(w: Work, event: ConsentWithdrawn) -> None:
    """What is only asked ends; talks that have begun go on if they want, as the text says."""
    if event.purpose == MATCHING.name:
        _end_asked(w, event.person_id)


def _on_suspended(w: Work, event: PersonSuspended) -> None:
    _end_asked(w, event.person_id)


def _end_asked(w: Work, person_id: int) -> None:
    for row in open_matches_of(w, person_id):
        if row.is_consented:
            telling.tell_staff(w, row.programme_id, row.id)
        else:
            end_at_once(w, row.id, person_id)


def _on_participation(w: Work, event: ParticipationChanged) -> None:
    """Who leaves a programme leaves their matches in it; they may still read for 14 days."""
    if event.state not in _LEFT:
        return
    for row in open_matches_of(w, event.person_id):
        if event.participation_id not in {row.talent_part_id, row.other_part_id}:
            continue
        if event.state is ParticipationState.FINISHED and row.is_consented:
            telling.tell_staff(w, row.programme_id, row.id)
        else:
            end_at_once(w, row.id, event.person_id, reads_on=True)


def _on_person_deleted(w: Work, event: PersonDeleted) -> None:
    forget_person(w, event.person_id)


REACTIONS = (
    Reaction(Blocked, _on_blocked),
    Reaction(ConsentWithdrawn, _on_consent_withdrawn),
    Reaction(ParticipationChanged, _on_participation),
    Reaction(PersonSuspended, _on_suspended),
    Reaction(PersonDeleted, _on_person_deleted),
)
