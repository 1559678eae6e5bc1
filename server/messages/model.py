"""Tables of messages: where each person stands in a conversation, and what they chose."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class Conversation(Base):
    """Where one person of this instance stands in one conversation: the latest message, unread.

    That person's own, seen by nobody else; it says who takes part and holds no words (those are
    sealed in the posts). There is one for each thread and circle of people. Deleted with the
    person, with the messages of a match 90 days after it closed, or when nothing is left of it.
    """

    __tablename__ = "conversation"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # The thread of posts, and the numbers of the others who take part, in order, with commas.
    thread_id: Mapped[int] = mapped_column(BigId)
    others: Mapped[str] = mapped_column(String(1100))
    # The latest message, by which the list is ordered; it may be deleted meanwhile.
    last_id: Mapped[int] = mapped_column(BigId)
    unread: Mapped[bool] = mapped_column(default=False)
    # Taken off the list by the person, until somebody writes again.
    hidden: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("person_id", "thread_id", "others"),
        Index("ix_conversation_person_id_last_id", "person_id", "last_id"),
        Index("ix_conversation_thread_id", "thread_id"),
    )


class GoneMessage(Base):
    """That a message stood at this place of somebody's conversation and was deleted.

    Without name and words; seen by the person whose conversation it is. Deleted with that.
    """

    __tablename__ = "gone_message"

    conversation_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("conversation.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    post_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime]


class MessageWishes(Base):
    """Whether this instance writes somebody a message when there is a notice of a match or meeting.

    The person's own choice, seen by nobody else; no row means yes. Deleted with the person.
    """

    __tablename__ = "message_wishes"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    from_house: Mapped[bool] = mapped_column(default=True, server_default=true())
