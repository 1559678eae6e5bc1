"""Tables of filters."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class PostFilter(Base):
    """A group of words and posts that one person does not want to see in some places.

    The person's own, seen by nobody else: what somebody avoids can say a lot about them. Deleted
    when they delete it and with the person; a past term is kept, so that it can be set anew.
    """

    __tablename__ = "post_filter"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    contexts: Mapped[list[Any]] = mapped_column(Json)
    action: Mapped[str] = mapped_column(String(4))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_post_filter_person_id", "person_id"),)


class FilterKeyword(Base):
    """A word or phrase of a filter; the person's own, deleted with the filter."""

    __tablename__ = "filter_keyword"

    id: Mapped[Id]
    filter_id: Mapped[int] = mapped_column(BigId, ForeignKey("post_filter.id", ondelete="CASCADE"))
    keyword: Mapped[str] = mapped_column(String(200))
    whole_word: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_filter_keyword_filter_id", "filter_id"),)


class FilteredPost(Base):
    """A single post of a filter; the person's own, deleted with the filter or the post."""

    __tablename__ = "filtered_post"

    id: Mapped[Id]
    filter_id: Mapped[int] = mapped_column(BigId, ForeignKey("post_filter.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))

    __table_args__ = (
        UniqueConstraint("filter_id", "post_id"),
        Index("ix_filtered_post_post_id", "post_id"),
    )
