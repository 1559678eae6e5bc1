"""Other instances: whom we meet and how, and which form of signature each one takes.

A block of a host covers its subdomains. In `partners` mode only partner hosts exist for us. The
breaker of failing hosts is the job queue's (`platform.jobs.hosts`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import cast

from sqlalchemy import String, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from activitypub.discovery.handles import canonical_authority
from activitypub.errors import DocumentError
from activitypub.signatures.signing import RecentKnocks, SignatureForm
from server.federation.events import HostBlocked
from server.federation.model import HostPolicy, Reach, RemoteHost
from server.platform.errors import Invalid
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.work import Reading, Work

LOOK_AT_HOST = "look_at_host"
_PORT = re.compile(r":[0-9]{1,5}$")
_BOOK_SECONDS = 2.0
_MANY_HOSTS = 50  # from here on reading all decisions costs less than naming hosts and parents
_LOOK_AFTER = timedelta(minutes=10)  # nothing waits for it, and first contacts come in bursts

_HOST = cast("Table", RemoteHost.__table__).c
_DECIDED = select(_HOST.host, _HOST.policy).where(_HOST.policy != HostPolicy.OPEN)
_DECIDED_AMONG = _DECIDED.where(_HOST.host.in_(bindparam("names", type_=String(), expanding=True)))


def _without_port(host: str) -> str:
    return _PORT.sub("", host)


def _covering(host: str) -> Iterator[str]:
    """The names whose block covers a host: itself, itself without the port, its parents."""
    yield host
    name = _without_port(host)
    yield name
    while "." in name:
        name = name.partition(".")[2]
        yield name


@dataclass(frozen=True, slots=True)
class Policies:
    """The hosts that are not simply open, and what follows for any host."""

    by_host: Mapping[str, HostPolicy]
    partners_only: bool
    _partner_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        partners = (h for h, policy in self.by_host.items() if policy is HostPolicy.PARTNER)
        object.__setattr__(self, "_partner_names", frozenset(map(_without_port, partners)))

    def of(self, host: str) -> HostPolicy:
        """Return how we meet a host; a block, also of a parent domain, wins over a partnership."""
        if not self.by_host:
            return HostPolicy.OPEN
        if any(self.by_host.get(name) is HostPolicy.BLOCKED for name in _covering(host)):
            return HostPolicy.BLOCKED
        return self.by_host.get(host, HostPolicy.OPEN)

    def may_federate(self, host: str) -> bool:
        """Say whether anything is exchanged with a host at all."""
        policy = self.of(host)
        if policy is HostPolicy.BLOCKED:
            return False
        return policy is HostPolicy.PARTNER or not self.partners_only

    def may_knock(self, name: str) -> bool:
        """As `may_federate`, for a host whose port is not known yet."""
        if self.of(name) is HostPolicy.BLOCKED:
            return False
        return not self.partners_only or name in self._partner_names

    def may_receive(self, host: str, reach: Reach) -> bool:
        """Say whether a host may get anything of somebody with this reach."""
        if reach == Reach.HOME:
            return False
        if reach == Reach.PARTNERS:
            return self.of(host) is HostPolicy.PARTNER
        return self.may_federate(host)


def policies_for(r: Reading, hosts: Iterable[str]) -> Policies:
    """Return the policies that matter for these hosts."""
    wanted = set(hosts)
    if len(wanted) > _MANY_HOSTS:
        return all_policies(r)
    return _policies(r, {name for host in wanted for name in _covering(host)})


def all_policies(r: Reading) -> Policies:
    """Return every policy that is not `open`."""
    return _policies(r, None)


def _policies(r: Reading, names: set[str] | None) -> Policies:
    if names is None:
        rows = r.session.execute(_DECIDED)
    else:
        rows = r.session.execute(_DECIDED_AMONG, {"names": sorted(names)})
    return Policies({host: HostPolicy(policy) for host, policy in rows}, r.site.partners_only)


def policy_of(r: Reading, host: str) -> HostPolicy:
    """Return how this instance meets a host."""
    return policies_for(r, [host]).of(host)


def may_federate(r: Reading, host: str) -> bool:
    """Say whether anything is exchanged with a host."""
    return policies_for(r, [host]).may_federate(host)


def set_policy(w: Work, host: str, policy: HostPolicy, reason: str = "") -> None:
    """Decide how to meet a host. Raises Invalid for what is no host name.

    Other processes and the inbox know it after two seconds at most.
    """
    try:
        name = canonical_authority(host.strip())
    except DocumentError as error:
        raise Invalid(details={"host": [("ERR_INVALID", "is not a host name")]}) from error
    note_host(w, name)
    w.session.execute(
        update(RemoteHost).where(RemoteHost.host == name).values(policy=policy, reason=reason)
    )
    if policy is HostPolicy.BLOCKED:
        w.emit(HostBlocked(name))


def note_host(w: Work, host: str) -> None:
    """Make the row of a host that is met for the first time, and have it looked at."""
    dialect = postgresql if w.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"host": host, "policy": HostPolicy.OPEN, "reason": "", "first_seen_at": w.now}
    made = w.session.execute(
        dialect.insert(RemoteHost).values(**row).on_conflict_do_nothing(index_elements=["host"])
    )
    if getattr(made, "rowcount", 0) > 0:
        w.enqueue(
            JobRequest(
                kind=LOOK_AT_HOST,
                payload={"host": host},
                run_at=w.now + _LOOK_AFTER,
                unique_key=f"look:{host}",
            )
        )


class HostBook:
    """The policies in memory, read again when they are older than two seconds.

    The inbox asks for each request before it knows anything; a query each time would be most of
    its cost.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._policies: Policies | None = None
        self._read_at = 0.0

    async def current(self) -> Policies:
        """Return the policies, at most two seconds old."""
        if self._policies is None or monotonic() - self._read_at > _BOOK_SECONDS:
            self._policies = await self._instance.read(all_policies)
            self._read_at = monotonic()
        return self._policies

    def forget(self) -> None:
        """Read again at the next question."""
        self._policies = None


class HostForms:
    """Which form of signature each host took last: in memory, and in `remote_host` for later."""

    def __init__(self, known: Mapping[str, SignatureForm]) -> None:
        self._recent = RecentKnocks()
        for host, form in known.items():
            self._recent.remember(host, form)
        self._unsaved: dict[str, SignatureForm] = {}

    def form_of(self, host: str) -> SignatureForm | None:
        """Return the remembered form, None for a stranger."""
        return self._recent.form_of(_plain(host))

    def remember(self, host: str, form: SignatureForm) -> None:
        """Note that the host took a request signed in this form."""
        self._recent.remember(_plain(host), form)
        self._unsaved[_plain(host)] = form

    async def save(self, instance: Instance) -> None:
        """Write what is new to the database."""
        if self._unsaved:
            unsaved, self._unsaved = self._unsaved, {}
            await instance.work(_save_forms, unsaved)


def _plain(host: str) -> str:
    """One spelling of a host: without the ports that go without saying."""
    return host.removesuffix(":443").removesuffix(":80")


def known_forms(r: Reading) -> dict[str, SignatureForm]:
    """Return the forms that hosts took before this process began."""
    rows = r.session.execute(
        select(RemoteHost.host, RemoteHost.signature_form)
        .where(RemoteHost.signature_form.is_not(None))
        .limit(10_000)
    )
    names = {form.name.lower(): form for form in SignatureForm}
    return {host: names[text] for host, text in rows if text in names}


def _save_forms(w: Work, forms: Mapping[str, SignatureForm]) -> None:
    for host, form in sorted(forms.items()):
        note_host(w, host)
        w.session.execute(
            update(RemoteHost)
            .where(RemoteHost.host == host)
            .values(signature_form=form.name.lower())
        )
