"""What the status of an answer means to somebody who wanted a document."""

from activitypub.errors import FetchError, Forbidden, Gone, NotFound, RemoteFailure
from activitypub.fetching.client import Response

_OK = 200
_ERRORS: dict[int, type[FetchError]] = {
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    410: Gone,
}


def check_status(response: Response) -> None:
    """Raise the error that belongs to a status other than 200.

    404 is NotFound and 410 Gone, which peers mean differently: gone is for ever. 401 and 403 are
    Forbidden, anything else RemoteFailure.
    """
    if response.status == _OK:
        return
    error = _ERRORS.get(response.status)
    if error is not None:
        raise error("the remote server does not give this out")
    raise RemoteFailure("the remote server answered with an error", status=response.status)
