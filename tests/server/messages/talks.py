"""People who may write to each other, and what they write, for the tests of messages."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.messages import queries
from server.messages.service import Letter, answer, write_first
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.people.rules import Viewer
from server.platform.clock import SetClock
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.storage.base import Base
from server.platform.work import Reading
from tests.support.matches import make_match
from tests.support.people import make_person

SECRET = "Zebrafish at the harbour"


async def make_pair(instance: Instance) -> tuple[int, int, int]:
    """Make a talent and a mentor who agreed to each other; return them and the match."""
    tala = await make_person(instance, "tala", PersonKind.TALENT, None, "Tala")
    mo = await make_person(instance, "mo", PersonKind.MENTOR, None, "Mo")
    return tala.id, mo.id, await make_match(instance, tala.id, mo.id)


async def write(instance: Instance, me: int, to: int, text: str = SECRET, **more: Any) -> int:
    """Begin a conversation; return the writer's number of it."""
    return await instance.work(write_first, me, to, Letter(text=text, **more))


async def reply(instance: Instance, me: int, conversation_id: int, text: str) -> int:
    """Answer in one's own conversation; return the post."""
    return await instance.work(answer, me, conversation_id, Letter(text=text))


async def listed(
    instance: Instance, me: int, *, with_deleted: bool = True
) -> list[queries.ConversationRow]:
    """Return somebody's conversations."""

    def read(r: Reading) -> list[queries.ConversationRow]:
        viewer = Viewer.member(me)
        return queries.conversations(r, viewer, Page(limit=20), with_deleted=with_deleted)

    return await instance.read(read)


async def said(instance: Instance, me: int, conversation_id: int) -> list[str | None]:
    """Return what stands in a conversation; None for what was deleted."""
    lines = await instance.read(queries.lines_of, Viewer.member(me), conversation_id)
    return [None if one.post is None else one.post.source for one in lines]


async def rows_with(instance: Instance, needle: str) -> list[str]:
    """Return the tables of the whole database in which a text can be read."""

    def read(r: Reading) -> list[str]:
        found = []
        for table in Base.metadata.sorted_tables:
            for row in r.session.execute(select(table)):
                cells = [one if isinstance(one, bytes) else str(one).encode() for one in row]
                if any(needle.encode().lower() in one.lower() for one in cells):
                    found.append(table.name)
        return sorted(set(found))

    return await instance.read(read)


async def notices_of(instance: Instance, person_id: int) -> list[str]:
    """Return the kinds of our own notices that somebody got."""
    wanted = select(OwnNotice.kind).where(OwnNotice.person_id == person_id).order_by(OwnNotice.id)
    return await instance.read(lambda r: list(r.session.scalars(wanted)))


def pass_days(instance: Instance, days: int) -> None:
    """Move the clock of the instance."""
    assert isinstance(instance.clock, SetClock)
    instance.clock.move(timedelta(days=days))
