"""`meshwork federation`: how other instances stand to this one, and deciding about them."""

import argparse
from datetime import datetime

from sqlalchemy import func, select, update

from activitypub.errors import ActivityPubError
from activitypub.fetching.budget import Budget
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
from server.federation.ledger import LedgerLine, lines_of_actor
from server.federation.model import Actor, HostPolicy, ReceivedActivity, RemoteHost
from server.federation.remote import load_actor, resolve_handle
from server.moderation.service import decide_host
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.platform.ids import parsed_id
from server.platform.instance import Instance
from server.platform.jobs.model import READY, JobHost, JobRow
from server.platform.jobs.queue import depth, requeue_dead
from server.platform.work import Reading, Work

_DECISIONS = {
    "block": (HostPolicy.BLOCKED, "Exchange nothing with a host and its subdomains."),
    "allow": (HostPolicy.OPEN, "Meet a host like any other again."),
    "partner": (HostPolicy.PARTNER, "Put a host on the list of partners (all of `partners` mode)."),
}


def register(commands: Commands) -> None:
    """Add the commands."""
    hosts = group(commands, "federation", "See and decide how other instances are met.")
    command(
        hosts, "status", status,
        about="Say how federation stands: mode, hosts, queue, what waits and what was given up.",
        examples="meshwork federation status",
    )  # fmt: skip
    listing = command(
        hosts, "hosts", list_hosts,
        about="List the hosts that are known, with policy, software and how they answer.",
        examples="meshwork federation hosts\nmeshwork federation hosts --policy blocked",
    )  # fmt: skip
    listing.add_argument("--policy", choices=[policy.value for policy in HostPolicy])
    for name, (_, about) in _DECISIONS.items():
        parser = command(
            hosts, name, decide, about=about, examples=f"meshwork federation {name} social.example"
        )
        parser.add_argument("host")
        parser.add_argument("--reason", default="", help="kept for the staff")
        parser.set_defaults(decision=name)
    retrying = command(
        hosts, "retry", retry,
        about="Try again now: what was given up, and hosts that are left alone after failures.",
        examples="meshwork federation retry\nmeshwork federation retry --host social.example",
    )  # fmt: skip
    retrying.add_argument("--host", help="only this host")
    resolving = command(
        hosts, "resolve", resolve,
        about="Look somebody elsewhere up, as a search would, and show what their server says.",
        examples="meshwork federation resolve @ann@social.example\n"
        "meshwork federation resolve https://social.example/users/ann",
    )  # fmt: skip
    resolving.add_argument("who", help="a handle, or the address of an actor")
    ledger_parser = command(
        hosts, "ledger", ledger,
        about="Say which hosts got anything of somebody, and which confirmed its deletion.",
        examples="meshwork federation ledger ann\n"
        "meshwork federation ledger 116057000000000000 --all   (also after an erasure)",
    )  # fmt: skip
    ledger_parser.add_argument("who", help="a handle of this instance, or the number of a person")
    ledger_parser.add_argument("--all", action="store_true", help="every object, not just hosts")


def status(asked: argparse.Namespace) -> None:
    """Print how federation stands."""
    run_async(_status(asked))


async def _status(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        rows = await instance.read(_standing)
        mode = instance.settings.federation.mode
        fetch = "on" if instance.settings.federation.authorized_fetch else "off"
    print(f"Mode: {mode}, authorized fetch {fetch}")
    print(table(("WHAT", "COUNT"), rows))


def _standing(r: Reading) -> list[tuple[object, ...]]:
    count = select(func.count())
    policies = r.session.execute(
        select(RemoteHost.policy, func.count())
        .group_by(RemoteHost.policy)
        .order_by(RemoteHost.policy)
    )
    rows: list[tuple[object, ...]] = [(f"hosts, {policy}", number) for policy, number in policies]
    failing = count.where(JobHost.closed_until > r.now)
    unhandled = count.where(ReceivedActivity.handled_at.is_(None))
    rows += [
        ("people and groups elsewhere", r.session.scalar(count.where(Actor.host != ""))),
        ("hosts left alone after failures", r.session.scalar(failing)),
        ("received, not handled yet", r.session.scalar(unhandled)),
    ]
    queue = depth(r.session, r.now)
    rows += [(f"jobs {job['state']}, {job['kind']}", job["count"]) for job in queue["jobs"]]
    return [*rows, ("seconds the oldest job waits", round(queue["oldest_seconds"]))]


def list_hosts(asked: argparse.Namespace) -> None:
    """Print the known hosts."""
    run_async(_list_hosts(asked))


async def _list_hosts(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        rows = await instance.read(_hosts, asked.policy)
    print(table(("HOST", "POLICY", "SOFTWARE", "ANSWERS", "SINCE", "REASON"), rows))


def _hosts(r: Reading, policy: str | None) -> list[tuple[object, ...]]:
    wanted = select(RemoteHost, JobHost).outerjoin(JobHost, JobHost.host == RemoteHost.host)
    if policy is not None:
        wanted = wanted.where(RemoteHost.policy == policy)
    return [
        (
            host.host, host.policy,
            f"{host.software or '?'} {host.software_version or ''}".strip(),
            _answers(breaker, r.now), f"{host.first_seen_at:%Y-%m-%d}", host.reason,
        )
        for host, breaker in r.session.execute(wanted.order_by(RemoteHost.host))
    ]  # fmt: skip


def _answers(breaker: JobHost | None, now: datetime) -> str:
    if breaker is None or not breaker.failures:
        return "yes"
    if breaker.unavailable:
        return "not for 7 days"
    if breaker.closed_until is not None and breaker.closed_until > now:
        return f"left alone until {breaker.closed_until:%H:%M} UTC"
    return f"{breaker.failures} failures"


def decide(asked: argparse.Namespace) -> None:
    """Block, allow or trust a host."""
    run_async(_decide(asked))


async def _decide(asked: argparse.Namespace) -> None:
    policy, _ = _DECISIONS[asked.decision]
    async with opened(settings_of(asked)) as instance:
        await instance.work(
            decide_host, login_id=None, host=asked.host, policy=policy, reason=asked.reason
        )
        mode = instance.settings.federation.mode
    print(f"{asked.host.strip().lower()} is {policy.value} now")
    if policy is HostPolicy.OPEN and mode == "partners":
        print("In `partners` mode nothing is exchanged with it; see: meshwork federation partner")


def retry(asked: argparse.Namespace) -> None:
    """Try given-up and delayed work again."""
    run_async(_retry(asked))


async def _retry(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        dead, hosts = await instance.work(_try_again, asked.host)
    print(f"{dead} given-up jobs are tried again; {hosts} hosts are asked again at once")


def _try_again(w: Work, host: str | None) -> tuple[int, int]:
    """Requeue dead jobs and open the breakers; return how many of each."""
    dead = requeue_dead(w.session, w.now) if host is None else 0
    failing = JobHost.failures > 0 if host is None else JobHost.host == host
    known = w.session.scalars(select(JobHost).where(failing)).all()
    for row in known:
        row.failures, row.probes, row.closed_until, row.failing_since = 0, 0, None, None
        row.unavailable, row.changed_at = False, w.now
    waiting = update(JobRow).where(JobRow.state == READY, JobRow.lease.is_(None))
    of_hosts = JobRow.host.in_([row.host for row in known]) if host is None else JobRow.host == host
    w.session.execute(waiting.where(of_hosts).values(run_at=w.now))
    return dead, len(known)


def resolve(asked: argparse.Namespace) -> None:
    """Look up somebody elsewhere."""
    run_async(_resolve(asked))


async def _resolve(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        actor_id = await _resolved(instance, asked.who)
        person = await instance.read(person_by_id, HOUSE, actor_id)
        if person is None:
            raise Failed(f"{asked.who} is the actor of an instance, not of somebody")
    for name, value in (
        ("handle", f"@{person.acct}"), ("name", person.display_name), ("type", person.actor_type),
        ("id", person.uri), ("page", person.url), ("inbox", person.inbox),
        ("shared inbox", person.shared_inbox), ("here as", person.id),
    ):  # fmt: skip
        print(f"{name + ':':<14}{value or '-'}")


async def _resolved(instance: Instance, who: str) -> int:
    if who.startswith(("https://", "http://")):
        try:
            return await load_actor(instance, who, budget=Budget(), refresh=True)
        except ActivityPubError as error:
            raise Failed(f"{who} cannot be had: {error}") from error
    found = await resolve_handle(instance, who)
    if found is None:
        raise Failed(f"{who} cannot be had: no such handle, or its host is refused or silent")
    return found


def ledger(asked: argparse.Namespace) -> None:
    """Print who got anything of somebody."""
    run_async(_ledger(asked))


async def _ledger(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        number = parsed_id(asked.who)
        person_id = (await local_person(instance, asked.who)).id if number is None else number
        lines = await instance.read(lines_of_actor, person_id)
    if not lines:
        print("No other host got anything")
    elif asked.all:
        print(
            table(
                ("OBJECT", "HOST", "HOW", "LAST", "DELETED"), [_object_line(one) for one in lines]
            )
        )
    else:
        print(table(("HOST", "OBJECTS", "FIRST", "LAST", "DELETED"), _host_lines(list(lines))))


def _object_line(line: LedgerLine) -> tuple[object, ...]:
    return line.object_uri, line.host, line.how, f"{line.last_at:%Y-%m-%d}", line.erased or ""


def _host_lines(lines: list[LedgerLine]) -> list[tuple[object, ...]]:
    by_host: dict[str, list[LedgerLine]] = {}
    for line in lines:
        by_host.setdefault(line.host, []).append(line)
    return [
        (
            host, len(many), f"{min(one.first_at for one in many):%Y-%m-%d}",
            f"{max(one.last_at for one in many):%Y-%m-%d}",
            f"{sum(one.erased is not None for one in many)} of {len(many)}",
        )
        for host, many in sorted(by_host.items())
    ]  # fmt: skip
