"""One push to one push service, through the guarded client; what came of it as a job's end.

404 and 410 end the subscription (RFC 8030 §7.3); 429 and failures are tried again; any other
refusal is not: the next push may do better.
"""

from http import HTTPStatus
from typing import Final

from activitypub.delivery.retrying import read_retry_after
from activitypub.errors import AddressRefused, FetchError
from activitypub.fetching.client import Limits
from server.federation.wire import Wire
from server.notifications.push.encryption import Sender, request_of
from server.notifications.push.subscriptions import Opened, forget_subscription
from server.platform.instance import Instance
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome

_LIMITS: Final = Limits(max_bytes=16 * 1024)
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def sender_of(instance: Instance) -> Sender:
    """Return the key of this instance's pushes, made when first needed."""
    try:
        return instance.part(Sender)
    except KeyError:
        mail = instance.settings.instance.contact_email
        contact = f"mailto:{mail}" if mail else instance.site.base_url
        made = Sender(instance.vault, contact)
        instance.add_part(made)
        return made


async def push(instance: Instance, to: Opened, text: bytes) -> Outcome:
    """Send one text to one subscription."""
    now = instance.clock.now()
    body, headers = request_of(
        text, to.keys, sender_of(instance), endpoint=to.endpoint, now=now, standard=to.standard
    )
    try:
        answer = await instance.part(Wire).client.post(
            to.endpoint, body=body, headers=headers, limits=_LIMITS
        )
    except AddressRefused:
        await instance.work(forget_subscription, to.id)
        return GivenUp("the push service's address is not one that is contacted")
    except FetchError as error:
        return Failed(f"cannot reach the push service: {type(error).__name__}", host_failed=True)
    if answer.status in _GONE:
        await instance.work(forget_subscription, to.id)
        return Done(host_ok=True)
    if answer.status in _LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = read_retry_after(answer.headers.get("Retry-After"), now=now)
        return Failed(
            f"the push service answers {answer.status}",
            not_before=now + wait if wait is not None else None,
            host_failed=answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        )
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        return GivenUp(f"the push service answers {answer.status}", host_ok=True)
    return Done(host_ok=True)
