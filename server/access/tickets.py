"""Tickets: short-lived secrets that are good for one thing, once. Kept as hashes only.

What holds of each kind: whoever shows it in time, in the browser it is bound to, uses it up.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from server.access.model import Login, Ticket, TicketKind
from server.access.rules import fingerprint
from server.people.writing import rows_changed
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a valid ticket says."""

    id: int
    login_id: int | None
    person_id: int | None
    is_bound: bool
    """Whether it belongs to one browser."""
    is_same_browser: bool
    about: Mapping[str, Any]
    sealed: bytes | None
    tries: int


def issue(  # noqa: PLR0913 - each names a column, by keyword
    w: Work,
    kind: TicketKind,
    lasts: timedelta,
    *,
    secret: str | None = None,
    login_id: int | None = None,
    person_id: int | None = None,
    browser_hash: str | None = None,
    about: Mapping[str, Any] | None = None,
    sealed: bytes | None = None,
) -> str:
    """Make a ticket and return its secret, which is kept nowhere; one is drawn unless given."""
    drawn = secret or secrets.token_urlsafe(32)
    w.session.add(
        Ticket(
            id=w.new_id(),
            kind=kind,
            secret_hash=_hash(kind, drawn),
            login_id=login_id,
            person_id=person_id,
            browser_hash=browser_hash,
            about=dict(about or {}),
            sealed=sealed,
            tries=0,
            created_at=w.now,
            expires_at=w.now + lasts,
        )
    )
    w.session.flush()
    return drawn


def look_at(r: Reading, kind: TicketKind, secret: str, browser: str = "") -> Shown | None:
    """Return what a ticket says without using it; None when it is unknown, used, or too old.

    `browser` is the secret of the browser that shows it, for tickets that are bound to one. A
    ticket of a login that is disabled is worth nothing.
    """
    row = r.session.scalar(
        select(Ticket).where(
            Ticket.secret_hash == _hash(kind, secret),
            Ticket.kind == kind,
            Ticket.expires_at > r.now,
        )
    )
    if row is None:
        return None
    if row.login_id is not None:
        login = r.session.get(Login, row.login_id)
        if login is None or login.disabled_at is not None:
            return None
    return Shown(
        id=row.id,
        login_id=row.login_id,
        person_id=row.person_id,
        is_bound=row.browser_hash is not None,
        is_same_browser=bool(browser) and row.browser_hash == fingerprint(browser),
        about=dict(row.about),
        sealed=row.sealed,
        tries=row.tries,
    )


def take(w: Work, kind: TicketKind, secret: str, browser: str = "") -> Shown | None:
    """Use a ticket up and return what it said; None when somebody else did, or as `look_at`."""
    shown = look_at(w, kind, secret, browser)
    if shown is None:
        return None
    used = w.session.execute(delete(Ticket).where(Ticket.id == shown.id))
    return shown if rows_changed(used) else None


def count_try(w: Work, ticket_id: int) -> None:
    """Note that somebody tried a wrong code with a ticket."""
    w.session.execute(update(Ticket).where(Ticket.id == ticket_id).values(tries=Ticket.tries + 1))


def forget_tickets(w: Work, login_id: int, *kinds: TicketKind) -> None:
    """Delete the tickets of a login, all or of some kinds; invitations it was sent stay out."""
    which = delete(Ticket).where(Ticket.login_id == login_id)
    w.session.execute(which.where(Ticket.kind.in_(kinds)) if kinds else which)


def sweep(w: Work) -> None:
    """Delete tickets that ran out."""
    w.session.execute(delete(Ticket).where(Ticket.expires_at <= w.now))


def _hash(kind: TicketKind, secret: str) -> str:
    return fingerprint(f"{kind} {secret}")
