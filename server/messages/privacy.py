"""What conversations hold about a person, given out and erased (GDPR art. 15, 17, 20).

The words are in the posts: each person's export holds their own, opened.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select

from server.messages import circles
from server.messages.model import Conversation, MessageWishes
from server.messages.queries import wants_from_house
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return with whom somebody has conversations, and their choice about notices."""
    rows = r.session.scalars(
        select(Conversation).where(Conversation.person_id == person_id).order_by(Conversation.id)
    ).all()
    ids = {one for row in rows for one in circles.read(row.others)}
    people = people_by_ids(r, Viewer.member(person_id), ids)
    return {
        "conversations": [
            {
                "with": [people[o].acct for o in sorted(circles.read(row.others)) if o in people],
                "thread": r.site.url(f"/contexts/{row.thread_id}"),
                "unread": row.unread,
            }
            for row in rows
        ],
        "notices_as_messages": wants_from_house(r, person_id),
    }


def erase(w: Work, person_id: int) -> None:
    """Delete somebody's view of their conversations; what others wrote to them is the others'."""
    for table in (Conversation, MessageWishes):
        w.session.execute(delete(table).where(table.person_id == person_id))


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
