"""Tables of taking part: places at events, and hands raised for vacancies."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class PlaceState(enum.StrEnum):
    """Where somebody stands who wants to come to an event."""

    REQUESTED = "requested"
    GOING = "going"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class EventPlace(Base):
    """That a person comes, or would like to come, to an event of this instance.

    The person's own; seen by that person and the event's organiser, by nobody else and by no other
    server: in public there is only the number. Needed to keep the places of an event. The note is
    sealed under the person's key. Deleted 30 days after the event closed, with the event, or with
    the person.
    """

    __tablename__ = "event_place"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[PlaceState] = mapped_column(String(10))
    # How many come together: the person, and whom they bring.
    number: Mapped[int] = mapped_column(default=1)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The id of the Join of somebody elsewhere, which is answered.
    uri: Mapped[str | None] = mapped_column(String(2048))
    # Whether they came, once the organiser said so.
    attended: Mapped[bool | None]
    # Since when they stand in line; who comes back stands at the end of it.
    queued_at: Mapped[datetime]
    created_at: Mapped[datetime]
    # Set when the event closes.
    deleted_after: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("post_id", "person_id"),
        Index("ix_event_place_post_id_state_queued_at", "post_id", "state", "queued_at"),
        Index("ix_event_place_person_id_id", "person_id", "id"),
        Index("ix_event_place_uri", "uri"),
    )


class HandState(enum.StrEnum):
    """What became of a raised hand."""

    RAISED = "raised"
    SEEN = "seen"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class HandAnswer(enum.StrEnum):
    """The two kind answers an employer can give, each with words of their own beside it."""

    LETS_TALK = "lets_talk"
    NOT_THIS_TIME = "not_this_time"


class HandRaise(Base):
    """That somebody of this instance tells an employer here that a vacancy interests them.

    The person's own; seen by them and by whoever acts for the employer, by no staff and no other
    server, and never put in an order of quality. Message and answer are sealed under the person's
    key, and go when it is withdrawn. Deleted 30 days after the vacancy closed, with the vacancy, or
    with the person.
    """

    __tablename__ = "hand_raise"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[HandState] = mapped_column(String(10))
    message_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # What the person chose to show beside their name: names of parts of the card.
    shares: Mapped[list[Any]] = mapped_column(Json, default=list)
    answer: Mapped[HandAnswer | None] = mapped_column(String(14))
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    # Set when the vacancy closes.
    deleted_after: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("post_id", "person_id"),
        Index("ix_hand_raise_person_id_id", "person_id", "id"),
    )
