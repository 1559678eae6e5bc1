"""What a feature tells the rest: one frozen `Feature` at the end of each folder's `feature.py`.

`personal_data` and `activities` have no default, so the type checker makes every newcomer say what
personal data it holds, how it is exported and erased, and what it does on the wire.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from aiohttp import web
from sqlalchemy.orm import Session

from activitypub.documents.activity import Activity
from server.platform.choices import Choice
from server.platform.events import Reaction
from server.platform.i18n import Message
from server.platform.jobs.runner import JobKind
from server.platform.jobs.schedule import Recurring
from server.platform.notices import Notice
from server.platform.work import Reading, Work

Nothing = Literal["nothing"]
NOTHING: Nothing = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """How a feature answers access and erasure requests (GDPR art. 15, 17, 20).

    `export` returns JSON-ready sections by file name for one person; `erase` removes or detaches
    everything of that person, inside the transaction of the erasure.
    """

    export: Callable[[Reading, int], Mapping[str, Any]]
    erase: Callable[[Work, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An activity from elsewhere that passed every check, as features get it."""

    activity: Activity
    actor_id: int  # the local row of the sender
    # The object as fetched from its origin, when it was not embedded or not to be trusted embedded.
    fetched: Mapping[str, Any] | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityHandler:
    """What a feature does with one kind of activity.

    `prepare` may use the network and runs first, outside the transaction; what it returns is given
    to `apply`, which runs inside and must be idempotent. `when` decides without I/O.
    """

    activity_type: str
    when: Callable[[Activity], bool]
    apply: Callable[[Work, Received, Any], None]
    prepare: Callable[[Any, Received], Awaitable[Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where one actor elsewhere receives: `cursor` orders the pages of a fan-out."""

    cursor: int
    inbox: str
    shared_inbox: str | None
    host: str


# What a mail's template needs, read when it is sent: `(instance, reading, values of the request)` →
# values; None when there is nothing to say any more.
MailValues = Callable[[Any, Reading, Mapping[str, Any]], Mapping[str, Any] | None]

# `(session, actor_id, after, limit)` → recipients with a greater cursor, in order.
RecipientSource = Callable[[Session, int, int, int], Sequence[Recipient]]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page that a room adds to a menu: "My settings", or the staff's.

    `route` is the route's name, without parameters. `roles` names staff roles of which one is
    needed to see the entry; empty means everybody who sees the menu. The page itself checks again.
    """

    label: Message
    help: Message
    route: str
    roles: frozenset[str] = frozenset()
    # How many things wait there for somebody to decide.
    waiting: Callable[[Reading], int] | None = None
    # The same where it is not the same for everybody: by the login and the roles of who looks.
    waiting_for: Callable[[Reading, int, frozenset[str]], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Everything the application composes from one folder."""

    name: str
    personal_data: PersonalData | Nothing
    activities: Sequence[ActivityHandler] | Nothing
    routes: Sequence[web.RouteDef] = ()
    reactions: Sequence[Reaction] = ()
    job_kinds: Sequence[JobKind] = ()
    recurring: Sequence[Recurring] = ()
    # Groups of recipients that a delivery can be addressed to, by name ("followers").
    recipients: Mapping[str, RecipientSource] | None = None
    templates: Path | None = None
    locale: Path | None = None
    # Pages of the menus "My settings" and "Staff", and what staff may choose there.
    own_pages: Sequence[MenuEntry] = ()
    staff_pages: Sequence[MenuEntry] = ()
    choices: Sequence[Choice[Any]] = ()
    # What this room tells people about, beside what Mastodon's API knows.
    notices: Sequence[Notice] = ()
    # By the name of a mail's template ("notifications/mail/summary").
    mail_values: Mapping[str, MailValues] | None = None
    # How many rows the retention jobs of this room would delete, or empty, at a moment.
    too_old: Callable[[Reading, datetime], int] | None = None
    # Styles, scripts and icons, served under /static/{name}/.
    static: Path | None = None
    # Long-lived parts, started in the order of the features and stopped in reverse. Gets the
    # Instance; both `serve` and `worker` start them.
    start: Callable[[Any], AsyncIterator[None]] | None = None
    # Middlewares and request-side set-up; only `serve` calls it, with the aiohttp application.
    install: Callable[[web.Application], None] | None = None
