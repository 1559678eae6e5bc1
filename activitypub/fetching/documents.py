"""Fetching ActivityPub documents, and believing them only about themselves.

Every GET is signed by the instance actor, in the form that the host took last, with one more try
in the other form ("double knock"). A document counts when its media type is ActivityPub's, its
JSON is strict, and its id is where it came from (FEP-fe34); failures are remembered for a while,
and every fetch is charged to a `Budget`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from activitypub.documents.jsonbytes import JsonObject, parse_document
from activitypub.documents.names import ACCEPT, is_activity_media_type
from activitypub.documents.origin import (
    canonical_url,
    origin_of,
    require_own_id,
    same_origin,
    same_url,
)
from activitypub.errors import (
    ActivityPubError,
    BudgetExhausted,
    DocumentError,
    FetchTimeout,
    Gone,
    IdentityMismatch,
    NotFound,
    RecentlyFailed,
    WrongMediaType,
)
from activitypub.fetching.answers import check_status
from activitypub.fetching.budget import Budget
from activitypub.fetching.cache import RecentFailures
from activitypub.fetching.client import GuardedClient, Response, Unreachable
from activitypub.fetching.slots import Busy
from activitypub.signatures.messages import Challenge
from activitypub.signatures.signing import (
    KnockMemory,
    RecentKnocks,
    SignatureForm,
    SigningKey,
    challenge_for,
    first_knock,
    second_knock,
    sign_request,
)

Clock = Callable[[], datetime]
"""The time now, aware."""


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """A document as it came: its id, the URL that was asked for, parsed and raw."""

    id: str
    asked: str
    document: JsonObject
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sighting:
    """What lay at a URL: a claim, not yet held against where it was found (`url`, last hop)."""

    url: str
    document: JsonObject
    raw: bytes


class DocumentFetcher:
    """Fetches documents as the instance actor. Make one per process."""

    def __init__(
        self,
        client: GuardedClient,
        *,
        key: SigningKey | None,
        clock: Clock,
        knocks: KnockMemory | None = None,
        failures: RecentFailures | None = None,
    ) -> None:
        """Sign with `key`; without one requests go out unsigned, which many servers refuse."""
        self._client = client
        self._key = key
        self._clock = clock
        self._knocks = knocks or RecentKnocks()
        self._failures = failures or RecentFailures()

    async def fetch(self, url: str, *, budget: Budget) -> FetchedDocument:
        """Return the document that the URL leads to; its id may be another URL.

        An id that is not where the document came from is fetched once, at its own host, and has
        to be itself there. Raises NotFound, Gone or another FetchError, or DocumentError.
        """
        found = await self._remembering(url, budget)
        document = found.document
        own_id = require_own_id(document)
        if not _is_at_home(own_id, asked=url, final=found.url):
            found = await self._remembering(own_id, budget)
            document = found.document
            if not same_url(require_own_id(document), own_id) or not same_origin(found.url, own_id):
                raise IdentityMismatch("the document is another one at its own id")
        return FetchedDocument(own_id, url, document, found.raw)

    async def fetch_exactly(self, url: str, *, budget: Budget) -> FetchedDocument:
        """Return the document whose id is the URL; raises IdentityMismatch for any other.

        For actors and whatever else is known by its id: asking for one and getting another has
        given away keys before (Fedify GHSA-8863-8468-7hq7).
        """
        found = await self._remembering(url, budget)
        own_id = require_own_id(found.document)
        if not same_url(own_id, url) or not same_origin(found.url, url):
            raise IdentityMismatch("the document is another one than was asked for")
        return FetchedDocument(own_id, url, found.document, found.raw)

    async def look_at(self, url: str, *, budget: Budget) -> Sighting:
        """Return what lies at the URL, whatever it claims to be; nothing in it is to be believed.

        For key documents, which name the owner whose own document then decides.
        """
        return await self._remembering(url, budget)

    def forget_failure(self, url: str) -> None:
        """Let a URL that failed be tried again at once."""
        self._failures.forget(_without_fragment(url))

    async def _remembering(self, url: str, budget: Budget) -> Sighting:
        """Load a document, unless it failed a moment ago; remember how it went."""
        address = _without_fragment(url)
        host = str(origin_of(address))
        self._refuse_if_failed(address, host)
        budget.spend()
        try:
            loaded = await self._load(address)
        except (Busy, BudgetExhausted):
            raise
        except ActivityPubError as error:
            self._remember_failure(address, host, error)
            raise
        self._failures.answered(host)
        return loaded

    def _refuse_if_failed(self, address: str, host: str) -> None:
        error = self._failures.failure_of(address)
        if error is not None:
            raise error("this failed a short while ago")
        if self._failures.is_host_down(host):
            raise RecentlyFailed("the host did not answer a short while ago")

    def _remember_failure(self, address: str, host: str, error: ActivityPubError) -> None:
        if isinstance(error, Unreachable | FetchTimeout):
            self._failures.no_answer(host)
        else:
            self._failures.answered(host)
        if isinstance(error, NotFound | Gone):
            self._failures.missing(address, type(error))
        else:
            self._failures.failed(address, RecentlyFailed)

    async def _load(self, address: str) -> Sighting:
        response = await self._knock(address)
        check_status(response)
        if not is_activity_media_type(response.content_type):
            raise WrongMediaType("the answer is not an ActivityPub document")
        return Sighting(response.url, parse_document(response.body), response.body)

    async def _knock(self, address: str) -> Response:
        """GET, signed; once more in the other form when the first one is refused."""
        knocks = _Knocks(self._key, self._knocks, self._clock)
        response = await self._client.get(address, headers={"Accept": ACCEPT}, sign=knocks.sign)
        if knocks.should_knock_again(response):
            response = await self._client.get(address, headers={"Accept": ACCEPT}, sign=knocks.sign)
        knocks.remember(response)
        return response


class _Knocks:
    """The signatures of one GET, over its redirects and its second try."""

    def __init__(self, key: SigningKey | None, memory: KnockMemory, clock: Clock) -> None:
        self._key = key
        self._memory = memory
        self._clock = clock
        self._second: dict[str, SignatureForm] = {}
        self._challenge: Challenge | None = None

    def sign(self, method: str, url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Sign one hop in the form that its host is to get."""
        if self._key is None:
            return headers
        return sign_request(
            method,
            url,
            headers=headers,
            body=None,
            key=self._key,
            form=self._form_for(url),
            now=self._clock(),
            challenge=self._challenge,
        )

    def should_knock_again(self, response: Response) -> bool:
        """Note what the answer asks for; true when another form is worth a try."""
        if self._key is None:
            return False
        form = second_knock(self._form_for(response.url), status=response.status)
        if form is None:
            return False
        self._second[_host_key(response.url)] = form
        header = response.headers.get("Accept-Signature")
        self._challenge = challenge_for(self._key, accept_signature=header)
        return True

    def remember(self, response: Response) -> None:
        """Remember the form that was taken, when that is news."""
        form = self._form_for(response.url)
        host = _host_key(response.url)
        was_taken = second_knock(form, status=response.status) is None
        if self._key is not None and was_taken and self._memory.form_of(host) is not form:
            self._memory.remember(host, form)

    def _form_for(self, url: str) -> SignatureForm:
        host = _host_key(url)
        return self._second.get(host) or first_knock(self._memory, host)


def _is_at_home(own_id: str, *, asked: str, final: str) -> bool:
    """Whether a document came from its id, or was asked for by it and stayed on its origin."""
    return same_url(own_id, final) or (same_url(own_id, asked) and same_origin(own_id, final))


def _without_fragment(url: str) -> str:
    try:
        return canonical_url(url).partition("#")[0]
    except DocumentError as error:
        raise IdentityMismatch("this is not a URL of a document") from error


def _host_key(url: str) -> str:
    """Host and port: what the memories of hosts go by."""
    origin = origin_of(url)
    return f"{origin.host}:{origin.port}"
