"""Reading who takes part: for the person, for the organiser, for everybody the number alone.

Every function takes the viewer or the owner and gives nothing to anybody else; names come through
`people_by_ids` with the organiser as viewer, so whoever may not be seen has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from server.participation.hands import ANSWER, MESSAGE, hand_of, vacancy_for
from server.participation.model import (
    EventPlace,
    HandAnswer,
    HandRaise,
    HandState,
    PlaceState,
)
from server.participation.places import NOTE, own_event, place_of, sign_up_of_post, taken
from server.participation.rules import JoinMode, SignUp, free_places
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.people.sealing import open_for
from server.platform.errors import MeshworkError
from server.platform.secrets import SecretsError
from server.platform.work import Reading
from server.posts.kinds import Kind
from server.posts.loading import post_rows
from server.posts.model import Post, PostState
from server.posts.rows import PostRow
from server.profiles.queries import VisibleAnswer, cards_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """What the page of an event says about signing up, for one viewer.

    `state`, `number` and `position` are the viewer's own; `asking` and `waiting` are counts that
    only the organiser gets (0 for others).
    """

    sign_up: SignUp
    taken: int
    free: int | None
    is_open: bool
    is_mine: bool
    state: PlaceState | None
    number: int
    position: int
    waiting: int
    asking: int
    has_line: bool

    @property
    def is_full(self) -> bool:
        """Tell whether a newcomer would have to wait."""
        return self.free == 0 or (self.has_line and self.free is not None)


def attending(r: Reading, viewer: Viewer, post: PostRow) -> Attending | None:
    """Return how an event of this instance stands for a viewer who sees it; None for others."""
    if post.kind != Kind.EVENT or not post.is_local:
        return None
    row = r.session.get_one(Post, post.id)
    sign_up = sign_up_of_post(row)
    if sign_up.mode in {JoinMode.NONE, JoinMode.EXTERNAL}:
        return None
    count = taken(r, post.id)
    free = free_places(sign_up, count)
    waiting = _count(r, post.id, PlaceState.WAITING)
    is_mine = viewer.person_id == post.author.id
    own = place_of(r, post.id, viewer.person_id) if viewer.person_id is not None else None
    is_waiting = own is not None and own.state == PlaceState.WAITING
    return Attending(
        sign_up=sign_up,
        taken=count,
        free=free,
        is_open=row.state == PostState.OPEN and sign_up.is_open(r.now),
        is_mine=is_mine,
        state=PlaceState(own.state) if own is not None else None,
        number=own.number if own is not None else 0,
        position=_position(r, own) if own is not None and is_waiting else 0,
        waiting=waiting if is_mine else 0,
        asking=_count(r, post.id, PlaceState.REQUESTED) if is_mine else 0,
        has_line=waiting > 0,
    )


def _count(r: Reading, post_id: int, state: PlaceState) -> int:
    counted = select(func.count()).where(EventPlace.post_id == post_id, EventPlace.state == state)
    return r.session.scalar(counted) or 0


def _position(r: Reading, own: EventPlace) -> int:
    before = select(func.count()).where(
        EventPlace.post_id == own.post_id,
        EventPlace.state == PlaceState.WAITING,
        (EventPlace.queued_at < own.queued_at)
        | ((EventPlace.queued_at == own.queued_at) & (EventPlace.id < own.id)),
    )
    return (r.session.scalar(before) or 0) + 1


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of the organiser's list; `person` None is somebody the organiser may not see."""

    id: int
    person: PersonRow | None
    state: PlaceState
    number: int
    note: str
    attended: bool | None
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceList:
    """The organiser's list of an event, those who come first, each group by time."""

    post: PostRow
    sign_up: SignUp
    taken: int
    rows: Sequence[PlaceRow]

    def of(self, state: str) -> list[PlaceRow]:
        """Return the lines in a state."""
        return [row for row in self.rows if row.state == state]


_ORDER = (PlaceState.REQUESTED, PlaceState.GOING, PlaceState.WAITING, PlaceState.REFUSED)


def place_list(r: Reading, organiser_id: int, post_id: int) -> PlaceList:
    """Return who comes to one's own event. Raises NotFound for anybody else's."""
    post = own_event(r, organiser_id, post_id)
    viewer = Viewer.member(organiser_id)
    places = r.session.scalars(
        select(EventPlace)
        .where(EventPlace.post_id == post_id, EventPlace.state != PlaceState.CANCELLED)
        .order_by(EventPlace.queued_at, EventPlace.id)
    ).all()
    people = people_by_ids(r, viewer, [one.person_id for one in places])
    rows = [_place_row(r, one, people.get(one.person_id)) for one in places]
    rows.sort(key=lambda row: _ORDER.index(row.state))
    shown = post_rows(r, viewer, [post_id])[0]
    return PlaceList(shown, sign_up_of_post(post), taken(r, post_id), rows)


def _place_row(r: Reading, place: EventPlace, person: PersonRow | None) -> PlaceRow:
    return PlaceRow(
        id=place.id,
        person=person,
        state=PlaceState(place.state),
        number=place.number,
        note=opened(r, place.person_id, place.note_sealed, NOTE) if person else "",
        attended=place.attended,
        queued_at=place.queued_at,
    )


def opened(r: Reading, person_id: int, sealed: bytes | None, about: str) -> str:
    """Return a sealed text; "" when there is none, or when its key is gone with its person."""
    if sealed is None:
        return ""
    try:
        return open_for(r, person_id, sealed, about).decode()
    except SecretsError:
        return ""


@dataclass(frozen=True, slots=True)
class HandRow:
    """A raised hand as its two sides read it; `person` None is somebody who may not be seen."""

    id: int
    post: PostRow
    person: PersonRow | None
    state: HandState
    shares: Sequence[str]
    message: str
    answer: HandAnswer | None
    words: str
    created_at: datetime
    answered_at: datetime | None
    told: Sequence[VisibleAnswer]


def hands_raised_for(r: Reading, employer_id: int, language: str = "en") -> list[HandRow]:
    """Return the hands that are up for somebody's own vacancies, the longest waiting first.

    What people shared of their profile is in the language, and no more than the employer may see.
    """
    mine = select(Post.id).where(Post.author_id == employer_id, Post.kind == Kind.VACANCY)
    hands = r.session.scalars(
        select(HandRaise)
        .where(HandRaise.post_id.in_(mine), HandRaise.state != HandState.WITHDRAWN)
        .order_by(HandRaise.created_at, HandRaise.id)
    ).all()
    return _hand_rows(r, Viewer.member(employer_id), hands, language)


def own_hands(r: Reading, person_id: int) -> list[HandRow]:
    """Return the hands that somebody raised, the latest first, those taken down too."""
    hands = r.session.scalars(
        select(HandRaise)
        .where(HandRaise.person_id == person_id)
        .order_by(HandRaise.created_at.desc(), HandRaise.id.desc())
    ).all()
    return _hand_rows(r, Viewer.member(person_id), hands, "en")


def shared_answers(
    r: Reading, employer_id: int, person_id: int, language: str
) -> Sequence[VisibleAnswer]:
    """Return what an employer sees of somebody's profile who shares it with them."""
    return cards_of(r, Viewer.member(employer_id), [person_id], language).get(person_id, ())


def _hand_rows(
    r: Reading, viewer: Viewer, hands: Sequence[HandRaise], language: str
) -> list[HandRow]:
    posts = {row.id: row for row in post_rows(r, viewer, [one.post_id for one in hands])}
    people = people_by_ids(r, viewer, [one.person_id for one in hands])
    sharing = [one.person_id for one in hands if "fields" in one.shares]
    answers = cards_of(r, viewer, sharing, language)
    return [
        _hand_row(r, one, posts[one.post_id], people.get(one.person_id), answers)
        for one in hands
        if one.post_id in posts
    ]


def _hand_row(
    r: Reading,
    hand: HandRaise,
    post: PostRow,
    person: PersonRow | None,
    answers: Mapping[int, Sequence[VisibleAnswer]],
) -> HandRow:
    return HandRow(
        id=hand.id,
        post=post,
        person=person,
        state=HandState(hand.state),
        shares=tuple(hand.shares),
        message=opened(r, hand.person_id, hand.message_sealed, MESSAGE) if person else "",
        answer=HandAnswer(hand.answer) if hand.answer else None,
        words=opened(r, hand.person_id, hand.answer_sealed, ANSWER),
        created_at=hand.created_at,
        answered_at=hand.answered_at,
        told=answers.get(hand.person_id, ()) if "fields" in hand.shares else (),
    )


@dataclass(frozen=True, slots=True)
class Interest:
    """What the page of a vacancy says about showing interest, for one viewer."""

    may_raise: bool
    state: HandState | None
    answer: HandAnswer | None
    words: str
    raised: int


def interest(r: Reading, viewer: Viewer, post: PostRow) -> Interest | None:
    """Return how a viewer stands to a vacancy of this instance; None for strangers and others.

    `raised` is for the employer alone: how many hands are up (0 for others).
    """
    if post.kind != Kind.VACANCY or not post.is_local or viewer.person_id is None:
        return None
    hand = hand_of(r, post.id, viewer.person_id)
    is_mine = viewer.person_id == post.author.id
    return Interest(
        may_raise=_may_raise(r, viewer.person_id, post.id),
        state=HandState(hand.state) if hand is not None else None,
        answer=HandAnswer(hand.answer) if hand is not None and hand.answer else None,
        words=opened(r, hand.person_id, hand.answer_sealed, ANSWER) if hand is not None else "",
        raised=_hands_up(r, post.id) if is_mine else 0,
    )


def _may_raise(r: Reading, person_id: int, post_id: int) -> bool:
    try:
        vacancy_for(r, person_id, post_id)
    except MeshworkError:
        return False
    return True


def _hands_up(r: Reading, post_id: int) -> int:
    counted = select(func.count()).where(
        HandRaise.post_id == post_id, HandRaise.state != HandState.WITHDRAWN
    )
    return r.session.scalar(counted) or 0
