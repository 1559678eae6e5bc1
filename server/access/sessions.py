"""Signed-in browsers. The cookie is a random token of which only a fingerprint is kept.

A session is made anew at every sign-in, so that a token planted before is worth nothing, and ends
after 30 days, at sign-out, or when a right behind it goes.
"""

import secrets

from sqlalchemy import delete, select

from server.access.ending import announce_session_end
from server.access.model import LoginPerson, PageSession
from server.access.rules import SESSION_LASTS, fingerprint
from server.platform.errors import NotFound
from server.platform.work import Work


def begin_session(w: Work, login_id: int, person_id: int | None) -> str:
    """Begin a session and return the secret of its cookie, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    w.session.add(
        PageSession(
            id=w.new_id(),
            token_hash=fingerprint(token),
            login_id=login_id,
            person_id=person_id,
            created_at=w.now,
            used_at=w.now,
            expires_at=w.now + SESSION_LASTS,
        )
    )
    w.session.flush()
    return token


def end_session(w: Work, token: str) -> None:
    """End the session of a cookie; nothing happens when there is none."""
    known = w.session.scalar(
        select(PageSession.id).where(PageSession.token_hash == fingerprint(token))
    )
    if known is not None:
        w.session.execute(delete(PageSession).where(PageSession.id == known))
        announce_session_end(w, [known])


def end_sessions(w: Work, login_id: int, *, person_id: int | None = None) -> None:
    """End all sessions of a login, or only those that act for one person."""
    ended = select(PageSession.id).where(PageSession.login_id == login_id)
    if person_id is not None:
        ended = ended.where(PageSession.person_id == person_id)
    ids = w.session.scalars(ended).all()
    w.session.execute(delete(PageSession).where(PageSession.id.in_(ids)))
    announce_session_end(w, ids)


def switch_person(w: Work, session_id: int, person_id: int) -> None:
    """Act for another person in the same session. Raises NotFound when the login may not."""
    session = w.session.get(PageSession, session_id)
    if session is None or w.session.get(LoginPerson, (session.login_id, person_id)) is None:
        raise NotFound
    session.person_id = person_id
    announce_session_end(w, [session_id])
