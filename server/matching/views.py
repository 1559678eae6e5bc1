"""What the pages of the two people show: the card, the explanation, the steps, what can be done.

Before both have agreed there is a card without name, handle, picture or link; after it the profile
as matched people see it. Whether a no, a term or the staff ended a proposal, nobody reads here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from server.matching.model import MatchState, Side
from server.matching.queries import MatchRow, events_of, match_for, matches_of
from server.matching.rules import ASKED, CONSENTED, ENDED, NEVER_BEGUN, Step, may, shows_card
from server.matching.suggesting.words import Explained, codes_in, explained
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.queries import Profile, VisibleAnswer, card_answers, profile_of
from server.programmes.queries import agreement_of, programme
from server.vocabularies.queries import labels

OTHER_WORDS: Final[Mapping[str, Message]] = {
    "talent": say("Somebody who looks for help"),
    "mentor": say("A mentor"),
    "employer": say("An employer"),
    "organisation": say("An organisation"),
}
STATE_WORDS: Final[Mapping[str, Message]] = {
    "asked": say("Your answer is needed"),
    "waiting": say("You said yes. Now the other side is asked."),
    "both_consented": say("You both said yes."),
    "first_meeting": say("You have met."),
    "active": say("It is going on."),
    "paused": say("Paused"),
    "closing": say("It comes to an end."),
    "ended": say("It has ended."),
    "over": say("It did not come about."),
}
STEP_WORDS: Final[Mapping[Step, Message]] = {
    Step.PROPOSE: say("You were asked."),
    Step.ACCEPT: say("You said yes."),
    Step.DECLINE: say("You said no."),
    Step.AGREE: say("You accepted the agreement."),
    Step.MEET: STATE_WORDS["first_meeting"],
    Step.START: say("It has begun."),
    Step.PAUSE: STATE_WORDS["paused"],
    Step.RESUME: STATE_WORDS["active"],
    Step.END: STATE_WORDS["closing"],
    Step.CLOSE: STATE_WORDS["ended"],
    Step.STOP: STATE_WORDS["ended"],
    Step.FOLLOW_UP: say("You were asked how it went on."),
}


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody before both have agreed: what they are and a few answers, without who they are."""

    kind: str
    answers: tuple[VisibleAnswer, ...]

    @property
    def who(self) -> Message:
        """What they are, in words."""
        return OTHER_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A line of the history that one of the two reads: their own steps, and what both know."""

    at: datetime
    words: Message


@dataclass(frozen=True, slots=True)
class Agreement:
    """The text that both accept, and who has."""

    version: int
    agreement: str
    conduct: str
    is_mine: bool
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class MatchInList:
    """A match in the list of somebody."""

    id: int
    programme: str
    who: Message
    name: str | None
    shown: str
    at: datetime
    expires_at: datetime | None

    @property
    def words(self) -> Message:
        """Where it stands, in words."""
        return STATE_WORDS[self.shown]


@dataclass(frozen=True, slots=True)
class MatchPage:
    """A match as one of the two reads it."""

    row: MatchRow
    side: Side
    shown: str
    programme: str
    card: Card | None
    own_card: tuple[VisibleAnswer, ...]
    """What the other side sees of the reader before both have agreed."""
    profile: Profile | None
    explained: Explained | None
    agreement: Agreement | None
    steps: tuple[OwnStep, ...]
    can: frozenset[Step]

    @property
    def words(self) -> Message:
        """Where it stands, in words."""
        return STATE_WORDS[self.shown]


def card_for(r: Reading, match_id: int, viewer_id: int, language: str = "en") -> Card:
    """Return the other side's card for the side that is asked or waits for the other's answer.

    Raises NotFound for everybody else, and once it is answered: then there is a profile, or nothing
    any more.
    """
    row = match_for(r, match_id, viewer_id)
    side, partner = row.side_of(viewer_id), row.partner_of(viewer_id)
    if side is None or partner is None or not shows_card(row.state, side):
        raise NotFound
    kind = row.other_kind if side is Side.TALENT else "talent"
    return Card(kind, card_answers(r, partner, language))


def shown_state(row: MatchRow, side: Side) -> str:
    """Return where a match stands as a side may know it (`STATE_WORDS`)."""
    if may(row.state, Step.ACCEPT, side):
        return "asked"
    if row.state in NEVER_BEGUN:
        return "over"
    if row.state in ENDED:
        return "ended"
    return row.state.value if row.state in CONSENTED else "waiting"


def explained_for(r: Reading, explanation: Mapping[str, Any], language: str) -> Explained:
    """Return why a pair was suggested, in somebody's language."""
    tongues, goals = codes_in([explanation])
    return explained(
        explanation,
        languages=labels(r, "language", sorted(tongues), language),
        goals=labels(r, "goal", sorted(goals), language),
    )


def match_page(r: Reading, match_id: int, me: int, language: str) -> MatchPage:
    """Return a match for one of the two. Raises NotFound for whoever was not asked."""
    row = match_for(r, match_id, me)
    side = row.side_of(me)
    if side is None:
        raise NotFound
    sees_card = shows_card(row.state, side)
    is_seen = sees_card or row.is_readable(r.now)
    return MatchPage(
        row=row,
        side=side,
        shown=shown_state(row, side),
        programme=programme(r, row.programme_id).name_in(language),
        card=card_for(r, match_id, me, language) if sees_card else None,
        own_card=card_answers(r, me, language) if row.state in ASKED else (),
        profile=_profile(r, row, me, language),
        explained=explained_for(r, row.explanation, language) if is_seen else None,
        agreement=_agreement(r, row, side, language),
        steps=own_steps(r, row, side),
        can=frozenset(step for step in Step if may(row.state, step, side)),
    )


def match_list(r: Reading, me: int, language: str) -> list[MatchInList]:
    """Return the matches of somebody: what waits for them first, then the newest."""
    shown = [_in_list(r, row, me, language) for row in matches_of(r, me)]
    return sorted(shown, key=lambda one: one.shown != "asked")


def own_steps(r: Reading, row: MatchRow, side: Side) -> tuple[OwnStep, ...]:
    """Return what a side did, and what both of them know, oldest first."""
    told: list[OwnStep] = []
    asked_at = row.asked_at(side)
    if asked_at is not None:
        told.append(OwnStep(asked_at, STEP_WORDS[Step.PROPOSE]))
    for event in events_of(r, row.id):
        words = _words_of(event.step, event.state, is_own=event.by is side)
        if words is not None and (asked_at is None or event.at >= asked_at):
            told.append(OwnStep(event.at, words))
    return tuple(told)


def _words_of(step: Step | None, state: MatchState, *, is_own: bool) -> Message | None:
    """Return what a side reads of a change; None for what is none of their business."""
    if step is Step.ACCEPT:
        if state is MatchState.BOTH_CONSENTED:
            return STATE_WORDS["both_consented"]
        return STEP_WORDS[step] if is_own else None
    if state in NEVER_BEGUN:
        return STEP_WORDS[step] if is_own and step is Step.DECLINE else STATE_WORDS["over"]
    if step is Step.AGREE:
        return STEP_WORDS[step] if is_own else None
    known = state in CONSENTED or state in ENDED
    return STEP_WORDS.get(step) if step is not None and known else None


def _profile(r: Reading, row: MatchRow, me: int, language: str) -> Profile | None:
    partner = row.partner_of(me)
    if partner is None or not row.is_readable(r.now):
        return None
    try:
        return profile_of(r, Viewer.member(me), partner, language)
    except NotFound:
        return None  # suspended, or behind a block


def _agreement(r: Reading, row: MatchRow, side: Side, language: str) -> Agreement | None:
    """Return the text while it is to be accepted and as long as the match can be read."""
    if row.agreement_version is None or not row.is_readable(r.now):
        return None
    words = agreement_of(r, row.programme_id, row.agreement_version).words_in(language)
    theirs = Side.OTHER if side is Side.TALENT else Side.TALENT
    return Agreement(
        version=row.agreement_version,
        agreement=words.get("agreement", ""),
        conduct=words.get("conduct", ""),
        is_mine=row.agreed_at(side) is not None,
        is_theirs=row.agreed_at(theirs) is not None,
    )


def _in_list(r: Reading, row: MatchRow, me: int, language: str) -> MatchInList:
    side = row.side_of(me) or Side.OTHER
    profile = _profile(r, row, me, language)
    kind = row.other_kind if side is Side.TALENT else "talent"
    shown = shown_state(row, side)
    return MatchInList(
        id=row.id,
        programme=programme(r, row.programme_id).name_in(language),
        who=OTHER_WORDS[kind],
        name=profile.person.name if profile else None,
        shown=shown,
        at=row.state_at,
        expires_at=row.expires_at if shown == "asked" else None,
    )
