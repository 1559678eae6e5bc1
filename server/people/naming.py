"""What somebody is called, and the lines that other servers read of their answers.

A handle is part of no id (`/people/{id}` stays), but other servers keep the one they first read.
So it changes only as long as no other server was told of the person.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from server.federation import actors
from server.federation.ledger import recipients_of_actor
from server.federation.model import Actor, Reach
from server.people import rules
from server.people.events import PersonChanged
from server.people.model import Person
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.service import tell_of_profile
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work


def may_change_handle(r: Reading, person_id: int) -> bool:
    """Tell whether somebody here may take another handle: nobody elsewhere knows the present one.

    Somebody with the reach `fediverse` can be found by name at any moment, so theirs stays.
    """
    person = person_of(r, HOUSE, person_id)
    is_known = Reach(person.reach) is Reach.FEDIVERSE and person.posts_count > 0
    return person.is_local and not is_known and not recipients_of_actor(r, person_id)


def change_handle(w: Work, person_id: int, handle: str) -> None:
    """Give somebody another handle. Raises NotFound, and Invalid when it cannot be had."""
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound
    if handle == person.username:
        return
    if not rules.is_handle(handle):
        raise Invalid(details={"handle": [("ERR_INVALID", say("must be letters, digits or _"))]})
    holder = actors.local_actor(w, handle)
    if holder is not None and holder.id != person_id:
        raise Invalid(details={"handle": [("ERR_TAKEN", say("is taken already"))]})
    if not may_change_handle(w, person_id):
        fault = say("Other servers know you under your handle, so it has to stay.")
        raise Invalid(details={"handle": [("ERR_INVALID", fault)]})
    w.session.execute(
        update(Actor)
        .where(Actor.id == person_id)
        .values(username=handle, username_key=handle.lower(), url=w.site.url(f"/@{handle}"))
    )
    w.emit(PersonChanged(person_id))


def hide_lines(w: Work, person_id: int, fields: Sequence[str]) -> None:
    """Take the lines of these fields away at once; whoever wrote them tells the others after."""
    row = w.session.get_one(Person, person_id, populate_existing=True)
    row.answer_lines = [line for line in row.answer_lines if line["field"] not in fields]
    w.session.flush()


def show_lines(w: Work, person_id: int, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write the lines made of somebody's public answers, and tell those elsewhere who know them.

    The caller says that something changed; the lines may be the same as the last ones when some
    were hidden in between. Nothing happens for somebody who is gone.
    """
    row = w.session.get(Person, person_id, populate_existing=True)
    if row is None:
        return
    row.answer_lines = [dict(line) for line in lines]
    w.session.flush()
    tell_of_profile(w, person_of(w, HOUSE, person_id))
