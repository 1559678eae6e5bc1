"""What taking part holds about a person, given out and erased on request (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from server.participation.hands import ANSWER, MESSAGE
from server.participation.model import EventPlace, HandRaise
from server.participation.places import NOTE
from server.participation.queries import opened
from server.participation.reactions import forget_person
from server.platform.feature import PersonalData
from server.platform.work import Reading
from server.posts.model import Post


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the events somebody signed up for and the vacancies they raised a hand for."""
    places = r.session.execute(
        select(EventPlace, Post.uri)
        .join(Post, Post.id == EventPlace.post_id)
        .where(EventPlace.person_id == person_id)
        .order_by(EventPlace.id)
    ).all()
    hands = r.session.execute(
        select(HandRaise, Post.uri)
        .join(Post, Post.id == HandRaise.post_id)
        .where(HandRaise.person_id == person_id)
        .order_by(HandRaise.id)
    ).all()
    return {
        "event_places": [_place(r, place, uri) for place, uri in places],
        "raised_hands": [_hand(r, hand, uri) for hand, uri in hands],
    }


def _place(r: Reading, place: EventPlace, uri: str) -> Mapping[str, Any]:
    return {
        "event": uri,
        "state": str(place.state),
        "number": place.number,
        "note": opened(r, place.person_id, place.note_sealed, NOTE),
        "attended": place.attended,
        "at": place.queued_at.isoformat(),
    }


def _hand(r: Reading, hand: HandRaise, uri: str) -> Mapping[str, Any]:
    return {
        "vacancy": uri,
        "state": str(hand.state),
        "shared": list(hand.shares),
        "message": opened(r, hand.person_id, hand.message_sealed, MESSAGE),
        "answer": str(hand.answer) if hand.answer else None,
        "answer_words": opened(r, hand.person_id, hand.answer_sealed, ANSWER),
        "at": hand.created_at.isoformat(),
    }


PERSONAL_DATA: Final = PersonalData(export=export, erase=forget_person)
