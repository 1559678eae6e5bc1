"""People as the staff see them: finding somebody, what their account is, and what may be done.

Looking at one account is written to the log, which the person can read (GDPR art. 15). Private
answers of a profile are not shown here; who is in charge of somebody opens them in profiles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from server.access.model import Login, LoginRole, StaffRole
from server.access.queries import logins_of_person
from server.access.service import disable_login, enable_login, give_role, take_role
from server.access.signing_in.codes import issue_sign_in_code
from server.activity_log.service import record
from server.admin.choices_pages import ADMINS
from server.admin.finding import PeopleFilter, found_people
from server.moderation.service import restore, suspend
from server.people.cards import PersonRow
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work

STAFF: Final = frozenset({"coach", "coordinator", "moderator", "admin"})
MODERATORS: Final = frozenset({"moderator", "admin"})
_MAX_TEXT: Final = 200

ROLE_WORDS: Final[Mapping[StaffRole, Message]] = {
    StaffRole.COACH: say("Coach: helps people join, and sees what they tell their coach"),
    StaffRole.COORDINATOR: say("Coordinator: matches people, and checks organisations"),
    StaffRole.MODERATOR: say("Moderator: looks at first posts and at reports"),
    StaffRole.ADMIN: say("Admin: everything, with roles and settings"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A login that acts for somebody, without its address."""

    login_id: int
    membership: str
    roles: frozenset[StaffRole]
    is_disabled: bool
    has_email: bool
    signed_in_at: datetime | None


@page(needs="login", staff=STAFF)
async def people(request: web.Request) -> web.StreamResponse:
    """Find people of this instance by name, handle and kind."""
    reader = await reader_of(request)
    wanted, asked = _filter(reader), reader.page()
    rows = await reader.instance.read(found_people, wanted, asked)
    context = {
        "people": rows,
        "wanted": wanted,
        "kinds_of_people": list(PersonKind),
        "next_page": rows[-1].id if len(rows) == asked.limit else None,
    }
    return await render(request, "admin/people.html", context)


def _filter(reader: Reader) -> PeopleFilter:
    kind = reader.parameters.choice("kind", [one.value for one in PersonKind])
    return PeopleFilter(
        text=(reader.parameters.text("text", max_length=_MAX_TEXT) or "").strip(),
        kind=PersonKind(kind) if kind else None,
        suspended=reader.parameters.flag("suspended"),
    )


@page(needs="login", staff=STAFF)
async def person(request: web.Request) -> web.StreamResponse:
    """Show one account, and write down that it was looked at."""
    reader = await reader_of(request)
    login_id = visitor_of(request).login
    row, accounts = await reader.instance.work(_look, login_id, path_id(request))
    return await _shown(reader, row, accounts)


async def _shown(
    reader: Reader,
    row: PersonRow,
    accounts: Sequence[Account],
    code: str = "",
    refused: Message | str | None = None,
) -> web.Response:
    context = {
        "person": row,
        "accounts": accounts,
        "roles": ROLE_WORDS,
        "code": code,
        "refused": refused,
        "own_login": visitor_of(reader.request).login,
    }
    return await render(
        reader.request, "admin/person.html", context, status=422 if refused else 200
    )


def _look(w: Work, login_id: int, person_id: int) -> tuple[PersonRow, list[Account]]:
    row = _local(w, person_id)
    record(w, login_id=login_id, verb="look", subject_type="person", subject_id=person_id)
    return row, _accounts(w, person_id)


def _local(r: Reading, person_id: int) -> PersonRow:
    row = person_of(r, HOUSE, person_id)
    if not row.is_local or row.gone or row.kind is None:
        raise NotFound
    return row


def _accounts(r: Reading, person_id: int) -> list[Account]:
    found = []
    for login_id, membership in sorted(logins_of_person(r, person_id).items()):
        login = r.session.get(Login, login_id)
        if login is not None:
            found.append(
                Account(
                    login_id=login_id,
                    membership=membership,
                    roles=_roles(r, login_id),
                    is_disabled=login.disabled_at is not None,
                    has_email=login.email_sealed is not None,
                    signed_in_at=login.signed_in_at,
                )
            )
    return found


def _roles(r: Reading, login_id: int) -> frozenset[StaffRole]:
    return frozenset(role for role in StaffRole if r.session.get(LoginRole, (login_id, role)))


@form(needs="login", staff=MODERATORS)
async def suspend_person(request: web.Request) -> web.StreamResponse:
    """Suspend somebody, or take it back."""
    reader = await reader_of(request)
    person_id = path_id(request)
    takes_back = reader.parameters.flag("restore")
    await reader.instance.work(_suspend, visitor_of(request), person_id, takes_back)
    return see(path_for(request.app, "admin.person", id=person_id))


def _suspend(w: Work, visitor: Visitor, person_id: int, takes_back: bool) -> None:  # noqa: FBT001 - passed on by `work`
    row = _local(w, person_id)
    if row.id == visitor.person_id:
        raise NotAllowed
    if any(account.roles for account in _accounts(w, row.id)) and not visitor.has_role("admin"):
        raise NotAllowed
    if takes_back:
        restore(w, login_id=visitor.login, person_id=row.id)
    else:
        suspend(w, login_id=visitor.login, person_id=row.id)


@form(needs="login", staff=ADMINS)
async def change_roles(request: web.Request) -> web.StreamResponse:
    """Give a login the roles that are ticked, and take the others."""
    reader = await reader_of(request)
    person_id = path_id(request)
    login_id = reader.parameters.id("login") or 0
    names = reader.parameters.texts("roles", most=len(StaffRole), max_length=20)
    try:
        await reader.instance.work(
            _set_roles, visitor_of(request).login, person_id, login_id, frozenset(names)
        )
    except Invalid as refused:
        row, accounts = await reader.instance.read(_again, person_id)
        return await _shown(reader, row, accounts, refused=refused.safe)
    return see(path_for(request.app, "admin.person", id=person_id))


def _again(r: Reading, person_id: int) -> tuple[PersonRow, list[Account]]:
    return _local(r, person_id), _accounts(r, person_id)


def _set_roles(
    w: Work, by_login: int, person_id: int, login_id: int, names: frozenset[str]
) -> None:
    account = _account(w, person_id, login_id)
    wanted = {role for role in StaffRole if role.value in names}
    if login_id == by_login and StaffRole.ADMIN not in wanted:
        raise Invalid(say("You cannot take the role of admin from yourself."))
    for role in StaffRole:
        if role in wanted and role not in account.roles:
            give_role(w, login_id, role)
        elif role not in wanted and role in account.roles:
            take_role(w, login_id, role)
        else:
            continue
        verb = "give_role" if role in wanted else "take_role"
        record(
            w, login_id=by_login, verb=verb, subject_type="login", subject_id=login_id,
            about={"role": role.value},
        )  # fmt: skip


def _account(r: Reading, person_id: int, login_id: int) -> Account:
    """Return a login of a person. Raises NotFound for one that does not act for them."""
    _local(r, person_id)
    for account in _accounts(r, person_id):
        if account.login_id == login_id:
            return account
    raise NotFound


@form(needs="login", staff=ADMINS)
async def switch_login(request: web.Request) -> web.StreamResponse:
    """Close a way in, or open it again."""
    reader = await reader_of(request)
    person_id, login_id = path_id(request), reader.parameters.id("login") or 0
    await reader.instance.work(_switch, visitor_of(request).login, person_id, login_id)
    return see(path_for(request.app, "admin.person", id=person_id))


def _switch(w: Work, by_login: int, person_id: int, login_id: int) -> None:
    account = _account(w, person_id, login_id)
    if login_id == by_login:
        raise NotAllowed
    if account.is_disabled:
        enable_login(w, login_id)
    else:
        disable_login(w, login_id)
    verb = "enable_login" if account.is_disabled else "disable_login"
    record(w, login_id=by_login, verb=verb, subject_type="login", subject_id=login_id)


@form(needs="login", staff=STAFF)
async def make_code(request: web.Request) -> web.StreamResponse:
    """Make a code that lets somebody in once, to be said or printed; it is shown only now."""
    reader = await reader_of(request)
    person_id, login_id = path_id(request), reader.parameters.id("login") or 0
    code = await reader.instance.work(_code, visitor_of(request), person_id, login_id)
    row, accounts = await reader.instance.read(_again, person_id)
    return await _shown(reader, row, accounts, code=code)


def _code(w: Work, visitor: Visitor, person_id: int, login_id: int) -> str:
    account = _account(w, person_id, login_id)
    # Otherwise a coach could sign in as an admin.
    if account.roles and not visitor.has_role("admin"):
        raise NotAllowed
    return issue_sign_in_code(w, login_id, visitor.login)
