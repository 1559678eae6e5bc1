"""Signed-in browsers. The cookie is a random token of which only a fingerprint is kept.

A session is made anew at every sign-in, so that a token planted before is worth nothing, gets a
new token whenever somebody proves again who they are, and ends after 30 days (after 30 minutes
without use on a shared device), at sign-out, or when a right behind it goes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from server.access.ending import announce_session_end
from server.access.model import LoginPerson, PageSession
from server.access.rules import SESSION_LASTS, SHARED_SESSION_LASTS, fingerprint
from server.platform.errors import NotFound
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """One session as its owner sees it."""

    id: int
    browser: str
    is_shared: bool
    created_at: datetime
    used_at: datetime
    is_this_one: bool


def begin_session(
    w: Work, login_id: int, person_id: int | None, *, is_shared: bool = False, browser: str = ""
) -> str:
    """Begin a session and return the secret of its cookie, which is kept nowhere.

    Whoever begins one has just proven who they are. `browser` is a family, see `rules`.
    """
    token = secrets.token_urlsafe(32)
    w.session.add(
        PageSession(
            id=w.new_id(),
            token_hash=fingerprint(token),
            login_id=login_id,
            person_id=person_id,
            created_at=w.now,
            used_at=w.now,
            expires_at=w.now + (SHARED_SESSION_LASTS if is_shared else SESSION_LASTS),
            is_shared=is_shared,
            browser=browser[:60] or None,
            proven_at=w.now,
        )
    )
    w.session.flush()
    return token


def renew_session(w: Work, session_id: int) -> str:
    """Note that somebody proved again who they are; return the new secret of their cookie.

    Raises NotFound when the session ended meanwhile.
    """
    session = w.session.get(PageSession, session_id)
    if session is None:
        raise NotFound
    token = secrets.token_urlsafe(32)
    session.token_hash = fingerprint(token)
    session.proven_at = w.now
    w.session.flush()
    announce_session_end(w, [session_id])
    return token


def note_use(w: Work, session_id: int) -> None:
    """Note that a session is in use; one on a shared device lasts for a while from now."""
    session = w.session.get(PageSession, session_id)
    if session is not None:
        session.used_at = w.now
        if session.is_shared:
            session.expires_at = w.now + SHARED_SESSION_LASTS


def sessions_of(r: Reading, login_id: int, this_one: int) -> list[SignedInBrowser]:
    """Return where a login is signed in, the last used first."""
    rows = r.session.scalars(
        select(PageSession)
        .where(PageSession.login_id == login_id, PageSession.expires_at > r.now)
        .order_by(PageSession.used_at.desc(), PageSession.id.desc())
    )
    return [
        SignedInBrowser(
            id=row.id,
            browser=row.browser or "",
            is_shared=row.is_shared,
            created_at=row.created_at,
            used_at=row.used_at,
            is_this_one=row.id == this_one,
        )
        for row in rows
    ]


def end_session(w: Work, token: str) -> None:
    """End the session of a cookie; nothing happens when there is none."""
    known = w.session.scalar(
        select(PageSession.id).where(PageSession.token_hash == fingerprint(token))
    )
    if known is not None:
        w.session.execute(delete(PageSession).where(PageSession.id == known))
        announce_session_end(w, [known])


def end_session_of(w: Work, login_id: int, session_id: int) -> None:
    """End one session of a login. Raises NotFound when it is none of theirs."""
    session = w.session.get(PageSession, session_id)
    if session is None or session.login_id != login_id:
        raise NotFound
    w.session.delete(session)
    w.session.flush()
    announce_session_end(w, [session_id])


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


def sweep(w: Work) -> None:
    """Delete sessions that ran out."""
    w.session.execute(delete(PageSession).where(PageSession.expires_at <= w.now))
