"""What people do with conversations: write, read, take off the list, choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from server.messages.model import Conversation, MessageWishes
from server.messages.queries import conversation, conversation_of_post
from server.people.relations import block
from server.people.rules import Viewer
from server.people.writing import insert_once
from server.platform.errors import NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.posts.model import Audience
from server.posts.service import Draft, publish_post


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be: its words, pictures, and a key that makes sending twice harmless."""

    text: str
    media_ids: Sequence[int] = ()
    key: str = ""


def answer(w: Work, me: int, conversation_id: int, letter: Letter) -> int:
    """Write to everybody of one's own conversation; return the number of the post.

    Raises NotFound for another's conversation, MessageRefused where the way is closed, Invalid.
    """
    found = conversation(w, Viewer.member(me), conversation_id)
    if not found.people or found.last is None:
        raise NotAllowed(say("Nobody is here any more to read your answer."))
    to = [one.id for one in found.people]
    return _write(w, me, letter, to=to, parent_id=found.last.id)


def write_first(w: Work, me: int, person_id: int, letter: Letter) -> int:
    """Begin a conversation with one person; return its number.

    Raises NotFound, MessageRefused when that person does not take messages from one, Invalid.
    """
    if person_id == me:
        raise NotFound
    return conversation_of_post(w, me, _write(w, me, letter, to=[person_id]))


def _write(
    w: Work, me: int, letter: Letter, *, to: Sequence[int], parent_id: int | None = None
) -> int:
    draft = Draft(
        author_id=me,
        text=letter.text,
        audience=Audience.DIRECT,
        in_reply_to_id=parent_id,
        media_ids=letter.media_ids,
        idempotency_key=letter.key or None,
        to=to,
    )
    return publish_post(w, draft).id


def mark_read(w: Work, me: int, conversation_id: int) -> None:
    """Note that somebody has read their conversation. Raises NotFound."""
    conversation(w, Viewer.member(me), conversation_id)
    _set(w, conversation_id, unread=False)


def take_off_list(w: Work, me: int, conversation_id: int) -> None:
    """Take a conversation off one's own list until somebody writes again. Raises NotFound."""
    conversation(w, Viewer.member(me), conversation_id)
    _set(w, conversation_id, hidden=True, unread=False)


def _set(w: Work, conversation_id: int, **values: bool) -> None:
    w.session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(**values)
    )


def stop(w: Work, me: int, conversation_id: int) -> None:
    """Block everybody else of a conversation at once; what follows from it ends, a match too."""
    found = conversation(w, Viewer.member(me), conversation_id)
    if not found.people:
        raise NotFound
    for one in found.people:
        block(w, me, one.id)


def choose_from_house(w: Work, me: int, *, wanted: bool) -> None:
    """Keep whether notices of matches and meetings also come as messages."""
    insert_once(w.session, MessageWishes, {"person_id": me, "from_house": wanted})
    w.session.execute(
        update(MessageWishes).where(MessageWishes.person_id == me).values(from_house=wanted)
    )
