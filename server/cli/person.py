"""`meshwork person`: making people and their logins, and what staff decide about them.

Accounts are made here by staff. Erasing somebody is `meshwork erase`.
"""

import argparse
import getpass
import sys
from dataclasses import dataclass

from sqlalchemy import select

from server.access.model import Login, LoginPerson, LoginRole, StaffRole
from server.access.names import login_by_email
from server.access.passwords import Passwords
from server.access.service import (
    change_password,
    create_login,
    give_role,
    grant_person,
    mark_email_confirmed,
)
from server.activity_log.service import record
from server.cli import moving
from server.cli.common import (
    Commands,
    Failed,
    command,
    group,
    local_person,
    opened,
    run_async,
    settings_of,
    table,
)
from server.federation.keys import NewKeys, new_keys
from server.federation.model import Actor, Reach
from server.moderation.service import restore, suspend
from server.people.cards import PersonRow, cards_seen_by, person_row
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.service import change_reach, create_person
from server.platform.instance import Instance
from server.platform.work import Reading, Work

_KINDS = [kind.value for kind in PersonKind]
_REACHES = [reach.value for reach in Reach]
_ROLES = [role.value for role in StaffRole]


def register(commands: Commands) -> None:
    """Add the commands."""
    people = group(commands, "person", "Make people and logins; list, suspend, restore them.")
    _register_create(people)
    moving.register(people)
    command(
        people, "list", list_people,
        about="List everybody of this instance.",
        examples="meshwork person list",
    )  # fmt: skip
    reach = command(
        people, "reach", set_reach,
        about="Let somebody be seen further or less far; who loses sight of them is sent Deletes.",
        examples="meshwork person reach --handle ann --reach fediverse",
    )  # fmt: skip
    reach.add_argument("--handle", required=True)
    reach.add_argument("--reach", required=True, choices=_REACHES)
    password = command(
        people, "password", set_password,
        about="Give a login a new password; its sessions and tokens end.",
        examples="meshwork person password --email ann@work.example\n"
        "pass show ann | meshwork person password --email ann@work.example --password -",
    )  # fmt: skip
    password.add_argument("--email", required=True)
    _hint_password(password)
    for name, run, about in (
        ("suspend", suspend_person, "Hide somebody from everybody until they are restored."),
        ("restore", restore_person, "Let a suspended person be seen again."),
    ):
        parser = command(
            people, name, run, about=about, examples=f"meshwork person {name} --handle ann"
        )
        parser.add_argument("--handle", required=True)


def _register_create(people: Commands) -> None:
    parser = command(
        people, "create", create,
        about="Make somebody of this instance, and a login to act for them.",
        examples="meshwork person create --handle bakery --kind employer"
        " --email jobs@bakery.example --password -\n"
        "meshwork person create --kind talent --email sam@post.example   (draws a random handle)\n"
        "meshwork person create --handle ann --kind mentor --email ann@work.example --staff admin\n"
        "meshwork person create --handle shop --kind employer --email jobs@bakery.example"
        "   (the same login acts for both)",
    )  # fmt: skip
    parser.add_argument("--handle", help="letters, digits and _; talents may leave it out")
    parser.add_argument("--kind", required=True, choices=_KINDS)
    parser.add_argument("--name", default="", help="the name that is shown")
    parser.add_argument("--email", help="whose login acts for them; made when it is new")
    _hint_password(parser)
    parser.add_argument(
        "--reach", choices=_REACHES,
        help="talents start at home, mentors at partners, others at fediverse",
    )  # fmt: skip
    parser.add_argument("--language", help="the language they write in, such as nl")
    parser.add_argument(
        "--staff", action="append", default=[], choices=_ROLES, metavar="ROLE",
        help=f"a staff role of the login ({', '.join(_ROLES)}); may be repeated",
    )  # fmt: skip


def _hint_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password", help="`-` reads one line; without it you are asked")


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who is to be made, and the login that acts for them."""

    handle: str | None
    kind: PersonKind
    name: str
    reach: Reach | None
    language: str | None
    email: str | None
    password_hash: str | None
    roles: tuple[StaffRole, ...]


def create(asked: argparse.Namespace) -> None:
    """Make a person, and a login unless the e-mail has one."""
    kind = PersonKind(asked.kind)
    if asked.handle is None and kind is not PersonKind.TALENT:
        raise Failed("--handle is needed; only talents get a random one")
    if asked.email is None and (asked.staff or asked.password is not None):
        raise Failed("--password and --staff belong to a login: give its --email")
    run_async(_create(asked, kind))


async def _create(asked: argparse.Namespace, kind: PersonKind) -> None:
    async with opened(settings_of(asked)) as instance:
        has_login = await instance.read(_has_login, asked.email)
        password_hash = None
        if asked.email is not None and not has_login:
            password_hash = await hashed(asked_password(asked.password))
        wish = _Wish(
            handle=asked.handle,
            kind=kind,
            name=asked.name,
            reach=Reach(asked.reach) if asked.reach else None,
            language=asked.language,
            email=asked.email,
            password_hash=password_hash,
            roles=tuple(StaffRole(role) for role in asked.staff),
        )
        person = await instance.work(_make, wish, new_keys())
        print(_created(instance, person, asked.email, has_login=has_login))
        if has_login and asked.password is not None:
            print("meshwork: this login exists; its password was left as it is", file=sys.stderr)


def _has_login(r: Reading, email: str | None) -> bool:
    return email is not None and login_by_email(r, email) is not None


def _make(w: Work, wish: _Wish, keys: NewKeys) -> PersonRow:
    person = create_person(
        w,
        handle=wish.handle,
        kind=wish.kind,
        keys=keys,
        display_name=wish.name,
        reach=wish.reach,
        language=wish.language,
    )
    if wish.email is not None:
        login = login_by_email(w, wish.email)
        if login is None:
            login = create_login(w, email=wish.email, password_hash=wish.password_hash)
            # The operator vouches for the address.
            mark_email_confirmed(w, login.id)
        grant_person(w, login.id, person.id)
        for role in wish.roles:
            give_role(w, login.id, role)
    record(w, login_id=None, verb="create_person", subject_type="person", subject_id=person.id)
    return person_of(w, HOUSE, person.id)


def _created(instance: Instance, person: PersonRow, email: str | None, *, has_login: bool) -> str:
    line = f"Created {person.kind} @{person.username} (reach {person.reach}, id {person.id})"
    if email is None:
        return f"{line}; nobody can sign in for them yet"
    how = "the login that exists" if has_login else "a new login"
    return f"{line}; sign in at {instance.site.url('/auth/sign_in')} as {email} ({how})"


def asked_password(given: str | None) -> str:
    """Return a password: as given, from a line of standard input, or typed twice.

    Raises Failed when there is none or the two differ.
    """
    if given is not None and given != "-":
        return given
    if given is None and sys.stdin.isatty():
        typed = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != typed:
            raise Failed("the two passwords differ")
        return typed
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Failed("no password was given; use --password, or write it to standard input")
    return line


async def hashed(password: str) -> str:
    """Return the hash of a new password. Raises Invalid for one that is too short or too long."""
    passwords = Passwords()
    try:
        return await passwords.hash(password)
    finally:
        passwords.close()


def list_people(asked: argparse.Namespace) -> None:
    """Print everybody of this instance."""
    run_async(_list(asked))


async def _list(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        rows = await instance.read(_everybody)
    heads = ("HANDLE", "KIND", "REACH", "NAME", "POSTS", "FOLLOWERS", "LOGINS", "STAFF", "STATE")
    print(table(heads, rows))


def _everybody(r: Reading) -> list[tuple[object, ...]]:
    mine = cards_seen_by(HOUSE).where(Actor.host == "", Actor.gone_at.is_(None))
    people = [person_row(row) for row in r.session.execute(mine.order_by(Actor.username_key))]
    logins: dict[int, set[int]] = {}
    for person_id, login_id in r.session.execute(
        select(LoginPerson.person_id, LoginPerson.login_id)
    ):
        logins.setdefault(person_id, set()).add(login_id)
    roles: dict[int, set[str]] = {}
    for login_id, role in r.session.execute(select(LoginRole.login_id, LoginRole.role)):
        roles.setdefault(login_id, set()).add(str(role))
    return [_line(person, logins.get(person.id, set()), roles) for person in people if person.kind]


def _line(person: PersonRow, logins: set[int], roles: dict[int, set[str]]) -> tuple[object, ...]:
    staff = sorted({role for login_id in logins for role in roles.get(login_id, ())})
    state = "suspended" if person.suspended else "moved" if person.moved_to_id else "active"
    return (
        person.username, person.kind, person.reach, person.display_name, person.posts_count,
        person.followers_count, len(logins), ",".join(staff), state,
    )  # fmt: skip


def set_reach(asked: argparse.Namespace) -> None:
    """Change how far somebody can be seen."""
    run_async(_set_reach(asked))


async def _set_reach(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        await instance.work(_change_reach, person.id, Reach(asked.reach))
    print(f"@{person.username} has the reach {asked.reach} (it was {person.reach})")


def _change_reach(w: Work, person_id: int, reach: Reach) -> None:
    change_reach(w, person_id, reach)
    record(
        w, login_id=None, verb="change_reach", subject_type="person", subject_id=person_id,
        about={"reach": reach.value},
    )  # fmt: skip


def set_password(asked: argparse.Namespace) -> None:
    """Give a login a new password."""
    run_async(_set_password(asked))


async def _set_password(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        if not await instance.read(_has_login, asked.email):
            raise Failed("no login has this e-mail address")
        await instance.work(_renew, asked.email, await hashed(asked_password(asked.password)))
    print("The password was changed; every session and token of this login has ended")


def _renew(w: Work, email: str, password_hash: str) -> None:
    login: Login | None = login_by_email(w, email)
    if login is None:
        raise Failed("no login has this e-mail address")
    change_password(w, login.id, password_hash)
    record(w, login_id=None, verb="change_password", subject_type="login", subject_id=login.id)


def suspend_person(asked: argparse.Namespace) -> None:
    """Suspend somebody."""
    run_async(_suspend(asked))


async def _suspend(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        await instance.work(suspend, login_id=None, person_id=person.id)
    print(f"@{person.username} is suspended: nobody sees anything of them")


def restore_person(asked: argparse.Namespace) -> None:
    """Restore somebody."""
    run_async(_restore(asked))


async def _restore(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        await instance.work(restore, login_id=None, person_id=person.id)
    print(f"@{person.username} is visible again")
