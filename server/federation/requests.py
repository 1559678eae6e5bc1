"""Between aiohttp and the protocol library: requests in, refusals out."""

import json
from datetime import datetime

from aiohttp import web

from activitypub.errors import Refused
from activitypub.receiving.refusals import PROBLEM_JSON, problem_of
from activitypub.signatures.request import SignedRequest


def header_lines(request: web.Request) -> tuple[tuple[str, str], ...]:
    """Return the header lines as they arrived; bytes beyond UTF-8 survive as surrogates."""
    return tuple(
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in request.raw_headers
    )


def signed_get(request: web.Request, *, received_at: datetime) -> SignedRequest:
    """Return a request without a body, as its signature sees it."""
    return SignedRequest(request.method, request.raw_path, header_lines(request), b"", received_at)


def refused_response(refused: Refused) -> web.Response:
    """Return the problem document of a refusal (FEP-c180); a peer may try again after a 503."""
    response = web.Response(
        body=json.dumps(problem_of(refused)).encode(),
        status=refused.status,
        content_type=PROBLEM_JSON,
    )
    if refused.status == web.HTTPServiceUnavailable.status_code:
        response.headers["Retry-After"] = "60"
    return response
