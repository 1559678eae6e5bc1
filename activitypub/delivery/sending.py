"""One activity to one inbox: signed, posted once or twice, and what came of it as a value.

`Sender.send` never raises for anything a peer does. The second post happens only when the first
was refused with 400 or 401 and the other form of signature may be the one that the host wants.
`SigningPool` makes many first signatures at once, off the event loop.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activitypub.delivery.fan_out import authority_of
from activitypub.delivery.retrying import Verdict, read_retry_after, verdict_of
from activitypub.documents.jsonbytes import json_bytes
from activitypub.documents.names import ACTIVITY_JSON
from activitypub.documents.urls import canonical_url
from activitypub.errors import AddressRefused, DocumentError, FetchError
from activitypub.fetching.client import GuardedClient, Limits, Response
from activitypub.fetching.slots import Busy
from activitypub.signatures.messages import Challenge
from activitypub.signatures.signing import (
    KnockMemory,
    SignatureForm,
    SigningKey,
    challenge_for,
    first_knock,
    second_knock,
    sign_request,
)

DELIVERY_LIMITS = Limits(max_bytes=64 * 1024)
CHUNK = 25
"""How many signatures one thread makes in a row: fewer would cost more hops than they save."""
_HEADERS = {"Content-Type": ACTIVITY_JSON}


@dataclass(frozen=True, slots=True)
class Delivered:
    """The inbox took it: it is queued there, not necessarily acted upon."""

    status: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The inbox will never take it. `status` is None when it may not even be asked."""

    status: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Worth another try; `after` is the wait that the peer asks for.

    `is_host_failing` is false when the host is well and only wants less (429), or when the
    request never left us: such a failure does not count for its breaker.
    """

    after: timedelta | None
    why: str
    status: int | None = None
    is_host_failing: bool = True


Outcome = Delivered | Refused | Later


@dataclass(frozen=True, slots=True)
class PreparedActivity:
    """An activity as the bytes that every recipient gets; made once per activity."""

    body: bytes

    @classmethod
    def of(cls, activity: Mapping[str, object]) -> "PreparedActivity":
        """Serialise an activity from which the blind recipients are already gone."""
        if "bto" in activity or "bcc" in activity:
            raise DocumentError("blind recipients are taken out before sending")
        return cls(json_bytes(dict(activity)))


@dataclass(frozen=True, slots=True)
class Errand:
    """One prepared activity for one inbox, signed by one key.

    The inbox is put into the spelling that goes on the wire, because the signature covers it;
    DocumentError is raised for what is not an http(s) URL. `headers` go along beside the usual
    ones, such as Collection-Synchronization (FEP-8fcf).
    """

    prepared: PreparedActivity
    inbox: str
    key: SigningKey
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inbox", canonical_url(self.inbox).partition("#")[0])


@dataclass(frozen=True, slots=True)
class SignedErrand:
    """An errand with the headers of its first try, and their form."""

    errand: Errand
    headers: Mapping[str, str]
    form: SignatureForm


def sign_errand(errand: Errand, *, form: SignatureForm, now: datetime) -> SignedErrand:
    """Return the errand ready for its first try; costs one signature."""
    headers = _signed(errand, form=form, now=now, challenge=None)
    return SignedErrand(errand, headers, form)


class SigningPool:
    """Threads that sign. Two keep two cores busy, because signing releases the GIL."""

    def __init__(self, *, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="signing")

    async def sign_many(
        self, errands: Sequence[Errand], *, knocks: KnockMemory, now: datetime
    ) -> list[SignedErrand]:
        """Return the errands signed, in their order, each in the form that its host takes.

        The signatures carry the time `now`; peers take them for about an hour.
        """
        tasks = [(errand, first_knock(knocks, authority_of(errand.inbox))) for errand in errands]
        chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
        loop = asyncio.get_running_loop()
        signed = await asyncio.gather(
            *(loop.run_in_executor(self._pool, _sign_chunk, chunk, now) for chunk in chunks)
        )
        return [one for chunk in signed for one in chunk]

    def close(self) -> None:
        """Finish what is being signed and end the threads."""
        self._pool.shutdown()


class Sender:
    """Posts activities. Keeps nothing; queue and breaker are the application's."""

    def __init__(
        self, client: GuardedClient, *, knocks: KnockMemory, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._knocks = knocks
        self._clock = clock

    async def send(self, errand: Errand) -> Outcome:
        """Sign and post an activity to an inbox; returns what came of it."""
        form = first_knock(self._knocks, authority_of(errand.inbox))
        return await self.send_signed(sign_errand(errand, form=form, now=self._clock()))

    async def send_signed(self, signed: SignedErrand) -> Outcome:
        """Post an errand that is signed already; returns what came of it."""
        try:
            return await self._knock(signed)
        except AddressRefused:
            return Refused(None, "the inbox is not at an address that is contacted")
        except Busy:
            return Later(None, "too many requests are waiting", is_host_failing=False)
        except FetchError as error:
            return Later(None, str(error))

    async def _knock(self, signed: SignedErrand) -> Outcome:
        errand, form = signed.errand, signed.form
        response = await self._post(errand, signed.headers)
        other = second_knock(form, status=response.status)
        if other is not None:
            header = response.headers.get("Accept-Signature")
            challenge = challenge_for(errand.key, accept_signature=header)
            form = other
            response = await self._post(
                errand, _signed(errand, form=form, now=self._clock(), challenge=challenge)
            )
        if verdict_of(response.status) is Verdict.DELIVERED:
            self._remember(errand.inbox, form)
        return self._outcome(response)

    async def _post(self, errand: Errand, headers: Mapping[str, str]) -> Response:
        return await self._client.post(
            errand.inbox, body=errand.prepared.body, headers=headers, limits=DELIVERY_LIMITS
        )

    def _remember(self, inbox: str, form: SignatureForm) -> None:
        host = authority_of(inbox)
        if self._knocks.form_of(host) is not form:
            self._knocks.remember(host, form)

    def _outcome(self, response: Response) -> Outcome:
        status = response.status
        match verdict_of(status):
            case Verdict.DELIVERED:
                return Delivered(status)
            case Verdict.PERMANENT | Verdict.KNOCK_AGAIN:
                return Refused(status, "the inbox refused the activity")
            case Verdict.LATER:
                after = read_retry_after(response.headers.get("Retry-After"), now=self._clock())
                return Later(
                    after,
                    "the inbox is not available",
                    status,
                    is_host_failing=status not in {408, 425, 429},
                )


def _signed(
    errand: Errand, *, form: SignatureForm, now: datetime, challenge: Challenge | None
) -> Mapping[str, str]:
    return sign_request(
        "POST",
        errand.inbox,
        headers={**errand.headers, **_HEADERS},
        body=errand.prepared.body,
        key=errand.key,
        form=form,
        now=now,
        challenge=challenge,
    )


def _sign_chunk(tasks: Sequence[tuple[Errand, SignatureForm]], now: datetime) -> list[SignedErrand]:
    return [sign_errand(errand, form=form, now=now) for errand, form in tasks]
