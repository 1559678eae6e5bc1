"""Who stands behind a token or a session cookie: asked for every request, remembered for seconds.

Nothing is believed longer than five seconds, and an end that this process hears of empties the
memory before the next question, so that revoking works at once.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from activitypub.fetching.cache import BoundedCache
from server.access.ending import ENDED
from server.access.model import Login, LoginPerson, LoginRole, PageSession
from server.access.oauth.model import OAuthApp, OAuthToken
from server.access.rules import fingerprint
from server.access.sessions import note_use
from server.access.signing_in.second_factor import lacks_second_factor
from server.federation.model import Actor
from server.platform.http.visitor import Visitor
from server.platform.instance import Instance
from server.platform.live import Listener
from server.platform.work import Reading, Work

REMEMBERED: Final = timedelta(seconds=5)
_MOST: Final = 10_000
_USE_NOTED_EVERY: Final = timedelta(days=1)
_PAGE_USE_NOTED_EVERY: Final = timedelta(hours=1)
_SHARED_USE_NOTED_EVERY: Final = timedelta(minutes=1)


class Visitors:
    """The visitor source of an installation (`platform.http.visitor.VisitorSource`)."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: BoundedCache[str, Visitor] = BoundedCache(_MOST)
        self._ends = Listener()
        instance.live.subscribe(self._ends, ENDED)

    async def by_token(self, token: str) -> Visitor | None:
        """Return the visitor of a bearer token, None when it is unknown, revoked or refused."""
        key = f"token {fingerprint(token)}"
        known = self._remembered(key)
        if known is not None:
            return known
        found = await self._instance.read(visitor_of_token, fingerprint(token))
        if found is None:
            return None
        visitor, is_stale = found
        if is_stale:
            await self._instance.work(_note_token_use, visitor.token_id, visitor.app_id)
        return self._remember(key, visitor)

    async def by_session(self, cookie: str) -> Visitor | None:
        """Return the visitor of a session cookie, None when it is unknown, over or refused."""
        key = f"session {fingerprint(cookie)}"
        known = self._remembered(key)
        if known is not None:
            return known
        found = await self._instance.read(visitor_of_session, fingerprint(cookie))
        if found is None:
            return None
        visitor, is_stale = found
        if is_stale:
            await self._instance.work(note_use, int(visitor.session_id or 0))
        return self._remember(key, visitor)

    def _remembered(self, key: str) -> Visitor | None:
        self._forget_after_an_end()
        return self._known.get(key)

    def _remember(self, key: str, visitor: Visitor) -> Visitor:
        # An end that came while the database was read may concern this very visitor.
        if not self._forget_after_an_end():
            self._known.put(key, visitor, REMEMBERED)
        return visitor

    def _forget_after_an_end(self) -> bool:
        waiting = self._ends.waiting
        if waiting.empty():
            return False
        while not waiting.empty():
            waiting.get_nowait()
        self._known = BoundedCache(_MOST)
        return True

    def close(self) -> None:
        """Stop listening."""
        self._instance.live.leave(self._ends)


def visitor_of_token(r: Reading, token_hash: str) -> tuple[Visitor, bool] | None:
    """Return who a token stands for, and whether its use is to be noted again."""
    token = r.session.scalar(
        select(OAuthToken).where(
            OAuthToken.token_hash == token_hash, OAuthToken.revoked_at.is_(None)
        )
    )
    if token is None or not _is_in_order(r, token.login_id, token.person_id):
        return None
    login = r.session.get(Login, token.login_id) if token.login_id is not None else None
    visitor = Visitor(
        login_id=token.login_id,
        person_id=token.person_id,
        staff_roles=_roles(r, token.login_id),
        scopes=frozenset(token.scopes.split()),
        token_id=token.id,
        app_id=token.app_id,
        locale=login.locale if login else None,
    )
    return visitor, r.now - token.used_at >= _USE_NOTED_EVERY


def visitor_of_session(r: Reading, token_hash: str) -> tuple[Visitor, bool] | None:
    """Return who a page session stands for, and whether its use is to be noted again.

    Without a person when that one cannot act any more; without staff roles while the login lacks
    the second factor that its staff must have.
    """
    session = r.session.scalar(
        select(PageSession).where(
            PageSession.token_hash == token_hash, PageSession.expires_at > r.now
        )
    )
    if session is None or not _is_in_order(r, session.login_id, None):
        return None
    login = r.session.get_one(Login, session.login_id)
    person_id = session.person_id
    if person_id is not None and not _is_in_order(r, session.login_id, person_id):
        person_id = None
    lacks = lacks_second_factor(r, session.login_id)
    visitor = Visitor(
        login_id=session.login_id,
        person_id=person_id,
        staff_roles=frozenset() if lacks else _roles(r, session.login_id),
        scopes=None,
        locale=login.locale,
        session_id=str(session.id),
        is_shared_device=session.is_shared,
        proven_at=session.proven_at,
        lacks_second_factor=lacks,
    )
    noted_every = _SHARED_USE_NOTED_EVERY if session.is_shared else _PAGE_USE_NOTED_EVERY
    return visitor, r.now - session.used_at >= noted_every


def _is_in_order(r: Reading, login_id: int | None, person_id: int | None) -> bool:
    """Tell whether the login is not disabled, still acts for the person, and both are there."""
    if login_id is not None:
        login = r.session.get(Login, login_id)
        if login is None or login.disabled_at is not None:
            return False
    if person_id is None:
        return True
    if login_id is not None and r.session.get(LoginPerson, (login_id, person_id)) is None:
        return False
    actor = r.session.get(Actor, person_id)
    return actor is not None and actor.gone_at is None and actor.suspended_at is None


def _roles(r: Reading, login_id: int | None) -> frozenset[str]:
    if login_id is None:
        return frozenset()
    found = r.session.scalars(select(LoginRole.role).where(LoginRole.login_id == login_id))
    return frozenset(str(role) for role in found)


def _note_token_use(w: Work, token_id: int | None, app_id: int | None) -> None:
    w.session.execute(update(OAuthToken).where(OAuthToken.id == token_id).values(used_at=w.now))
    w.session.execute(update(OAuthApp).where(OAuthApp.id == app_id).values(used_at=w.now))
