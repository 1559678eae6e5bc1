"""What access does when somebody goes or is suspended: every way in closes in the same moment."""

from sqlalchemy import delete, select

from server.access.ending import announce_session_end
from server.access.model import PageSession
from server.access.oauth.tokens import revoke_tokens_of_person
from server.access.service import forget_person
from server.people.events import PersonDeleted, PersonSuspended
from server.platform.work import Work


def end_access(w: Work, event: PersonDeleted) -> None:
    """Delete the rights to act for somebody who is deleted."""
    forget_person(w, event.person_id)


def lock_out(w: Work, event: PersonSuspended) -> None:
    """End the sessions and tokens of somebody who is suspended."""
    revoke_tokens_of_person(w, event.person_id)
    of_person = PageSession.person_id == event.person_id
    ids = w.session.scalars(select(PageSession.id).where(of_person)).all()
    w.session.execute(delete(PageSession).where(of_person))
    announce_session_end(w, ids)
