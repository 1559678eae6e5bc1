"""Places at events: signing up, leaving, moving up, and what the organiser decides.

All changes of one event follow each other (`one_at_a_time` with the event's id), so that no place
is given twice; whoever moves up does so in the transaction that freed the place.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from server.participation import answers, telling
from server.participation.model import EventPlace, PlaceState
from server.participation.rules import (
    LIVE,
    MAX_NOTE,
    MOST_TOGETHER,
    InLine,
    JoinMode,
    NoSignUp,
    OwnEvent,
    PlaceRefused,
    SignUp,
    SignUpOver,
    free_places,
    moving_up,
    sign_up_of,
    state_of_new,
    state_when_accepted,
)
from server.people.queries import person_of
from server.people.relations import viewer_as
from server.people.rules import HOUSE
from server.people.sealing import seal_for
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts.closing import close_post
from server.posts.kinds import Kind
from server.posts.model import Post, PostState
from server.posts.queries import is_visible

_STILL_COMES = frozenset({PostState.OPEN, PostState.FILLED})
NOTE = "note to the organiser of an event"
"""What a sealed note is, as its seal is bound to it."""


def join(
    w: Work,
    person_id: int,
    post_id: int,
    *,
    number: int = 1,
    note: str = "",
    uri: str | None = None,
) -> PlaceState:
    """Sign somebody up, here or elsewhere (then `uri` is their Join); return how it stands.

    A second time changes nothing; somebody elsewhere gets their answer again. Raises NotFound for
    an event that the person may not see, NoSignUp, OwnEvent, SignUpOver, EventFull, PlaceRefused,
    and Invalid for too many people or too long a note.
    """
    one_at_a_time(w.session, post_id)
    post = _open_event(w, person_id, post_id)
    known = place_of(w, post_id, person_id)
    if known is not None and known.state == PlaceState.REFUSED:
        raise PlaceRefused
    if known is not None and known.state in LIVE:
        return _again(w, post, known, uri)
    _check_wish(number, note)
    sign_up = sign_up_of_post(post)
    state = state_of_new(
        sign_up,
        number=number,
        free=free_places(sign_up, taken(w, post_id)),
        waiting=len(_line(w, post_id)),
    )
    place = known or EventPlace(
        id=w.new_id(), post_id=post_id, person_id=person_id, created_at=w.now
    )
    place.state, place.number, place.uri = state, number, uri
    place.queued_at, place.attended, place.deleted_after = w.now, None, None
    place.note_sealed = seal_for(w, person_id, note.encode(), NOTE) if note else None
    w.session.add(place)
    _count(w, post)
    _say_how_it_began(w, post, place)
    return state


def _open_event(w: Work, person_id: int, post_id: int) -> Post:
    """Return an event that one may sign up for. Raises what `join` says."""
    person = person_of(w, HOUSE, person_id)
    if person.suspended or not is_visible(w, viewer_as(w, person), post_id):
        raise NotFound
    post = event_of(w, post_id)
    sign_up = sign_up_of_post(post)
    if not sign_up.is_here:
        raise NoSignUp
    if post.author_id == person_id:
        raise OwnEvent
    if post.state != PostState.OPEN or not sign_up.is_open(w.now):
        raise SignUpOver
    return post


def _check_wish(number: int, note: str) -> None:
    if not 1 <= number <= MOST_TOGETHER:
        raise Invalid(
            details={
                "number": [
                    ("ERR_INVALID", say("must be between 1 and %(most)s", most=MOST_TOGETHER))
                ]
            }
        )
    if len(note) > MAX_NOTE:
        raise Invalid(details={"note": [("ERR_TOO_LONG", say("is too long"))]})


def _again(w: Work, post: Post, place: EventPlace, uri: str | None) -> PlaceState:
    if uri is not None:
        place.uri = uri
        w.session.flush()
        if place.state == PlaceState.GOING:
            answers.accept(w, post, place.person_id, uri)
    return PlaceState(place.state)


def _say_how_it_began(w: Work, post: Post, place: EventPlace) -> None:
    """Whoever pressed the button sees it on the page; organisers are asked, others answered."""
    if place.state == PlaceState.REQUESTED:
        telling.tell(w, post.author_id, telling.PLACE_ASKED, post)
    elif place.state == PlaceState.GOING:
        answers.accept(w, post, place.person_id, place.uri)


def leave(w: Work, person_id: int, post_id: int) -> bool:
    """Give a place or a wish for one back; tell whether there was one. Others move up."""
    one_at_a_time(w.session, post_id)
    place = place_of(w, post_id, person_id)
    if place is None or place.state not in LIVE:
        return False
    place.state, place.note_sealed = PlaceState.CANCELLED, None
    _count(w, w.session.get_one(Post, post_id))
    settle(w, post_id)
    return True


def accept(w: Work, organiser_id: int, post_id: int, place_id: int) -> PlaceState:
    """Give a place to somebody who asked, or put them on the waiting list; return how it stands.

    Raises NotFound for another's event, Invalid for somebody who does not wait for an answer, and
    EventFull. An organiser who refused somebody may still change their mind.
    """
    post, place = _decided(w, organiser_id, post_id, place_id)
    if place.state not in {PlaceState.REQUESTED, PlaceState.REFUSED}:
        raise Invalid(say("This person does not wait for an answer."))
    sign_up = sign_up_of_post(post)
    if sign_up.is_over(w.now):
        raise SignUpOver
    place.state = state_when_accepted(
        sign_up,
        number=place.number,
        free=free_places(sign_up, taken(w, post_id)),
        waiting=len(_line(w, post_id)),
    )
    _count(w, post)
    if place.state == PlaceState.GOING:
        _tell_given(w, post, place)
    return PlaceState(place.state)


def refuse(w: Work, organiser_id: int, post_id: int, place_id: int) -> None:
    """Say no to somebody, or take a place away; others move up. Raises NotFound, Invalid."""
    post, place = _decided(w, organiser_id, post_id, place_id)
    if place.state not in LIVE:
        raise Invalid(say("This person has no place and waits for none."))
    place.state = PlaceState.REFUSED
    _count(w, post)
    _tell(w, post, place, telling.PLACE_REFUSED)
    answers.reject(w, post, place.person_id, place.uri)
    settle(w, post_id)


def note_attendance(w: Work, organiser_id: int, post_id: int, came: Collection[int]) -> int:
    """Note who came, by ids of places; return how many. Raises NotFound, NotAllowed too early."""
    one_at_a_time(w.session, post_id)
    post = own_event(w, organiser_id, post_id)
    if not sign_up_of_post(post).doors_are_open(w.now):
        raise NotAllowed(say("You can note who came from two hours before the start."))
    places = _in_state(w, post_id, PlaceState.GOING)
    for place in places:
        place.attended = place.id in came
    w.session.flush()
    return sum(place.attended is True for place in places)


def settle(w: Work, post_id: int) -> None:
    """Let people move up where there is room; after everything that may have made some.

    Where the organiser no longer decides, those who asked count as having signed up.
    """
    one_at_a_time(w.session, post_id)
    post = w.session.get(Post, post_id)
    # "Filled" takes nobody new, and still somebody may cancel whose place another waits for.
    if post is None or post.kind != Kind.EVENT or post.state not in _STILL_COMES:
        return
    sign_up = sign_up_of_post(post)
    if not sign_up.is_here or sign_up.is_over(w.now):
        return
    asks_nobody = sign_up.mode is JoinMode.FREE
    line = {one.id: one for one in _line(w, post_id, with_requests=asks_nobody)}
    free = free_places(sign_up, taken(w, post_id))
    up = moving_up((InLine(one.id, one.number) for one in line.values()), free)
    for place_id in up:
        line[place_id].state = PlaceState.GOING
    for place in line.values():
        if place.state == PlaceState.REQUESTED:
            place.state = PlaceState.WAITING
    _count(w, post)
    for place_id in up:
        _tell_given(w, post, line[place_id])


def call_off(w: Work, post: Post) -> None:
    """End every place of an event that is cancelled or deleted, and tell everybody; once."""
    one_at_a_time(w.session, post.id)
    for place in _in_state(w, post.id, *LIVE):
        place.state = PlaceState.CANCELLED
        _tell(w, post, place, telling.EVENT_CANCELLED)
    _count(w, post)


def cancel_event(w: Work, organiser_id: int, post_id: int) -> None:
    """Cancel one's own event: it says so everywhere, and everybody who wanted to come is told.

    Raises NotFound for another's, Invalid when it cannot be cancelled any more.
    """
    one_at_a_time(w.session, post_id)
    own_event(w, organiser_id, post_id)
    close_post(w, organiser_id, post_id, PostState.WITHDRAWN)


def _count(w: Work, post: Post) -> None:
    """Write how many come beside the event: all that others ever see of it."""
    w.session.flush()
    post.places_taken = taken(w, post.id)
    w.session.flush()


def _tell_given(w: Work, post: Post, place: EventPlace) -> None:
    _tell(w, post, place, telling.PLACE_GIVEN)
    answers.accept(w, post, place.person_id, place.uri)


def _tell(w: Work, post: Post, place: EventPlace, kind: str) -> None:
    if place.uri is None:
        telling.tell(w, place.person_id, kind, post)


def _decided(w: Work, organiser_id: int, post_id: int, place_id: int) -> tuple[Post, EventPlace]:
    one_at_a_time(w.session, post_id)
    post = own_event(w, organiser_id, post_id)
    place = w.session.get(EventPlace, place_id)
    if place is None or place.post_id != post_id:
        raise NotFound
    return post, place


def own_event(r: Reading, organiser_id: int, post_id: int) -> Post:
    """Return an event of somebody's own. Raises NotFound for everything else."""
    post = event_of(r, post_id)
    if post.author_id != organiser_id:
        raise NotFound
    return post


def event_of(r: Reading, post_id: int) -> Post:
    """Return an event of this instance. Raises NotFound for another post, NoSignUp elsewhere's."""
    post = r.session.get(Post, post_id)
    if post is None or post.boost_of_id is not None:
        raise NotFound
    if post.kind != Kind.EVENT or not post.is_local:
        raise NoSignUp
    return post


def sign_up_of_post(post: Post) -> SignUp:
    """Return what a post of the kind event says about signing up."""
    return sign_up_of(post.record or {}, is_withdrawn=post.state == PostState.WITHDRAWN)


def place_of(r: Reading, post_id: int, person_id: int) -> EventPlace | None:
    """Return somebody's place at an event, in whatever state."""
    wanted = select(EventPlace).where(
        EventPlace.post_id == post_id, EventPlace.person_id == person_id
    )
    return r.session.scalar(wanted)


def taken(r: Reading, post_id: int) -> int:
    """Return how many places are taken, whoever comes along included."""
    counted = select(func.coalesce(func.sum(EventPlace.number), 0)).where(
        EventPlace.post_id == post_id, EventPlace.state == PlaceState.GOING
    )
    return int(r.session.scalar(counted) or 0)


def _line(r: Reading, post_id: int, *, with_requests: bool = False) -> Sequence[EventPlace]:
    states = [PlaceState.WAITING] + ([PlaceState.REQUESTED] if with_requests else [])
    return _in_state(r, post_id, *states)


def _in_state(r: Reading, post_id: int, *states: PlaceState) -> Sequence[EventPlace]:
    wanted = (
        select(EventPlace)
        .where(EventPlace.post_id == post_id, EventPlace.state.in_(states))
        .order_by(EventPlace.queued_at, EventPlace.id)
    )
    return r.session.scalars(wanted).all()
