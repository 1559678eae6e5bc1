"""Tables of posts: the post itself, its history, who is named in it and how people react to it."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class Audience(enum.StrEnum):
    """For whom a post is; never seen wider than its author's reach."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PARTNERS = "partners"
    MEMBERS = "members"
    DIRECT = "direct"


class PostState(enum.StrEnum):
    """Where a study, vacancy, event, project or tool stands."""

    OPEN = "open"
    FILLED = "filled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Held(enum.StrEnum):
    """Why a post is not published yet: it waits for a moderator's glance, or was sent back."""

    WAITING = "waiting"
    REFUSED = "refused"


class Post(Base):
    """One post of any kind, from here or elsewhere, or one boost (then `boost_of_id` is set).

    Its author's; seen by whom `posts.visibility` admits. Deleted by its author, with its author, or
    at the end of its retention: remote posts nobody here reacted to go after 90 days, posts of a
    kind 30 days after they closed.
    """

    __tablename__ = "post"

    id: Mapped[Id]
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    url: Mapped[str] = mapped_column(String(2048))
    is_local: Mapped[bool]
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    audience: Mapped[Audience] = mapped_column(String(10))
    # study, vacancy, event, project, tool, or None for an ordinary post.
    kind: Mapped[str | None] = mapped_column(String(8))
    # Sanitised HTML of the main language, and of every language there is.
    content: Mapped[str] = mapped_column(Text, default="")
    content_map: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # What the author here typed; None for posts from elsewhere.
    source: Mapped[str | None] = mapped_column(Text)
    spoiler: Mapped[str] = mapped_column(Text, default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(35))
    # Lower-cased plain text for searching.
    search_text: Mapped[str] = mapped_column(Text, default="")
    in_reply_to_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="SET NULL")
    )
    in_reply_to_uri: Mapped[str | None] = mapped_column(String(2048))
    in_reply_to_person_id: Mapped[int | None] = mapped_column(BigId)
    # All posts of one thread share it: the id of the first of them that we know.
    conversation_id: Mapped[int] = mapped_column(BigId)
    boost_of_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE")
    )
    # The record of a kind, in the form of schemas/domain; its title and closing moment lifted out.
    record: Mapped[dict[str, Any] | None] = mapped_column(Json)
    title: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[PostState | None] = mapped_column(String(10))
    closes_at: Mapped[datetime | None]
    # The bytes of the object as received, when it carries a record or a proof: they stay checkable.
    received: Mapped[bytes | None] = mapped_column(LargeBinary)
    replies_count: Mapped[int] = mapped_column(default=0)
    boosts_count: Mapped[int] = mapped_column(default=0)
    likes_count: Mapped[int] = mapped_column(default=0)
    # Of an event with sign-up here: how many come. Who they are is known to the organiser alone.
    places_taken: Mapped[int] = mapped_column(default=0, server_default="0")
    # Attachments of a post from elsewhere: [{"url", "media_type", "description", "blurhash", …}].
    remote_media: Mapped[list[Any]] = mapped_column(Json, default=list)
    # Custom emoji of a post from elsewhere: [{"shortcode", "url"}].
    emojis: Mapped[list[Any]] = mapped_column(Json, default=list)
    # A preview card: {"url", "title", "description", "provider", "image"}.
    card: Mapped[dict[str, Any] | None] = mapped_column(Json)
    application: Mapped[str | None] = mapped_column(String(300))
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    published_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    # Set while a first post of somebody new is seen by its author and the moderators alone, with
    # what a moderator wrote when it was sent back.
    held: Mapped[Held | None] = mapped_column(String(8))
    held_reason: Mapped[str | None] = mapped_column(Text)
    # The words of a direct post, sealed; then the plain columns are empty (`posts.sealing`).
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_post_author_id_id", "author_id", "id"),
        Index("ix_post_conversation_id", "conversation_id"),
        Index("ix_post_in_reply_to_id", "in_reply_to_id"),
        Index("ix_post_boost_of_id_author_id", "boost_of_id", "author_id"),
        Index("ix_post_in_reply_to_uri", "in_reply_to_uri"),
        Index(
            "ix_post_public_id",
            "id",
            sqlite_where=text("audience = 'public' AND boost_of_id IS NULL"),
            postgresql_where=text("audience = 'public' AND boost_of_id IS NULL"),
        ),
        Index(
            "ix_post_local_id",
            "id",
            sqlite_where=text("is_local AND boost_of_id IS NULL"),
            postgresql_where=text("is_local AND boost_of_id IS NULL"),
        ),
        Index("ix_post_kind_state_id", "kind", "state", "id"),
        Index("ix_post_closes_at", "closes_at"),
        Index(
            "ix_post_held_id", "held", "id",
            sqlite_where=text("held IS NOT NULL"),
            postgresql_where=text("held IS NOT NULL"),
        ),
        Index(
            "ix_post_idempotency", "author_id", "idempotency_key",
            sqlite_where=text("idempotency_key IS NOT NULL"),
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
    )  # fmt: skip


class PostRevision(Base):
    """One earlier or present version of an edited post, oldest first.

    The author's; seen by whoever sees the post, so that nobody can change unseen what others
    answered. Deleted with the post.
    """

    __tablename__ = "post_revision"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(Text)
    spoiler: Mapped[str] = mapped_column(Text, default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    media: Mapped[list[Any]] = mapped_column(Json, default=list)
    poll: Mapped[list[Any] | None] = mapped_column(Json)
    # The words, pictures and poll of a version of a direct post, sealed as the post is.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_post_revision_post_id_id", "post_id", "id"),)


class PostTranslation(Base):
    """What a machine made of a public post in another language.

    As the post itself it is for everybody; kept so that a text is sent to the translation service
    once. Replaced when the post changes, deleted with it.
    """

    __tablename__ = "post_translation"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    # Its HTML ("content"), and texts: "spoiler", "media" and "options" in their order.
    said: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]


class PostMedia(Base):
    """That a picture is attached to a post of this instance, and at which place.

    The author's; seen with the post. Deleted with the post or the picture.
    """

    __tablename__ = "post_media"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    media_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("media.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_post_media_media_id", "media_id"),)


class Mention(Base):
    """That a post names a person; `silent` when addressed without being named in the text.

    The author's word about somebody; it lets that person see the post, and others see it where they
    may know of the person. Deleted with the post or the person.
    """

    __tablename__ = "mention"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    silent: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_mention_person_id_post_id", "person_id", "post_id"),)


class PostTag(Base):
    """That a post carries a hashtag; the name is case-folded, `shown` as the author wrote it.

    The author's, to be found by; seen with the post and deleted with it.
    """

    __tablename__ = "post_tag"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    shown: Mapped[str] = mapped_column(String(100))

    __table_args__ = (Index("ix_post_tag_post_id", "post_id"),)


class Like(Base):
    """That a person likes a post.

    That person's; the post's author is told, and whoever sees both sees it. Deleted when it is
    taken back, with the post, or with the person.
    """

    __tablename__ = "post_like"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "post_id"),
        Index("ix_post_like_post_id_id", "post_id", "id"),
        Index("ix_post_like_uri", "uri"),
    )


class Bookmark(Base):
    """That a person of this instance keeps a post; seen by that person alone.

    Deleted when it is taken back, with the post, or with the person.
    """

    __tablename__ = "bookmark"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "post_id"),
        Index("ix_bookmark_post_id", "post_id"),
    )


class Pin(Base):
    """That a post is featured on its author's profile.

    The author's; seen by whoever sees profile and post. Deleted when it is taken back or with them.
    """

    __tablename__ = "pin"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]


class ThreadMute(Base):
    """That a person does not want to be told about a conversation any more.

    Known to that person alone. Deleted when it is taken back or with the person.
    """

    __tablename__ = "thread_mute"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    conversation_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


class Poll(Base):
    """The poll of a post. `options` is [{"title", "votes"}]; votes elsewhere are counted there.

    The author's; seen with the post and deleted with it. It holds counts, no voters.
    """

    __tablename__ = "poll"

    # The poll's id is its post's id.
    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    options: Mapped[list[Any]] = mapped_column(Json)
    multiple: Mapped[bool] = mapped_column(default=False)
    hides_totals: Mapped[bool] = mapped_column(default=False)
    voters_count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]


class Vote(Base):
    """That a person chose one option of a poll; shown to nobody but that person.

    Kept so that nobody votes twice. Deleted with the poll, its options, or the person.
    """

    __tablename__ = "vote"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("poll.post_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    choice: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    uri: Mapped[str | None] = mapped_column(String(2048))
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_vote_person_id", "person_id"),)
