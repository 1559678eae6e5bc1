"""The addresses that client applications call: registration, tokens, revocation, metadata.

Every answer is JSON that any origin may read, and none is kept by a cache. Consent is asked for
on a page, in `consent_routes`.
"""

import base64
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from server.access.oauth import rules
from server.access.oauth import service as oauth
from server.access.oauth.entities import credential_app_json
from server.access.oauth.service import INVALID_CLIENT, App, Fault, Granted
from server.platform.http.decorators import api, plain
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.instance import instance_of
from server.platform.vapid import vapid_public_key
from server.platform.work import Work

_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_MOST: Final = 2_048
_GRANT_TYPES: Final = ("authorization_code", "client_credentials")


@api(needs="nobody", limit="app")
async def register(request: web.Request) -> web.Response:
    """Register an application (`POST /api/v1/apps`); anybody may, and it may do nothing yet."""
    sent = await read_parameters(request)
    uris = " ".join(sent.texts("redirect_uris", most=rules.MOST_REDIRECT_URIS, max_length=20_000))
    app, secret = await instance_of(request).work(
        oauth.register_app,
        name=sent.required("client_name", max_length=rules.MOST_APP_NAME),
        redirect_uris=uris.split(),
        scopes=" ".join(sent.texts("scopes", max_length=rules.MOST_SCOPES)),
        website=rules.stated(sent.text("website", max_length=_MOST)),
    )
    key = vapid_public_key(instance_of(request).vault)
    return web.json_response(credential_app_json(app, secret, key))


@api(needs="nobody")
async def token(request: web.Request) -> web.Response:
    """Turn a code, or an application's own credentials, into a token (RFC 6749 §3.2)."""
    sent = await read_parameters(request)
    grant_type = sent.text("grant_type", max_length=200)
    if grant_type is None:
        return _refused(Fault("invalid_request", "Missing required parameter: grant_type."))
    if grant_type not in _GRANT_TYPES:
        return _refused(
            Fault(
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            )
        )
    outcome = await instance_of(request).work(_grant, grant_type, _credentials(request, sent), sent)
    return _refused(outcome) if isinstance(outcome, Fault) else _token_answer(outcome)


def _grant(
    w: Work, grant_type: str, credentials: tuple[str | None, str | None], sent: Parameters
) -> Granted | Fault:
    app = oauth.verified_app(w, *credentials)
    if app is None:
        return INVALID_CLIENT
    if grant_type == "client_credentials":
        return oauth.grant_to_app(w, app, " ".join(sent.texts("scope", max_length=_MOST)))
    return _exchange(w, app, sent)


def _exchange(w: Work, app: App, sent: Parameters) -> Granted | Fault:
    code = sent.text("code", max_length=_MOST)
    if code is None:
        return Fault("invalid_request", "Missing required parameter: code.")
    return oauth.exchange_code(
        w,
        app,
        code=code,
        redirect_uri=sent.text("redirect_uri", max_length=_MOST),
        verifier=rules.stated(sent.text("code_verifier", max_length=_MOST)),
    )


@api(needs="nobody")
async def revoke(request: web.Request) -> web.Response:
    """End a token for the application it was given to (RFC 7009); a second time is no fault."""
    sent = await read_parameters(request)
    fault = await instance_of(request).work(_revoke, _credentials(request, sent), sent)
    return web.json_response({}, headers=_NO_STORE) if fault is None else _refused(fault)


def _revoke(w: Work, credentials: tuple[str | None, str | None], sent: Parameters) -> Fault | None:
    app = oauth.verified_app(w, *credentials)
    if app is None:
        return oauth.FOREIGN_TOKEN
    secret = sent.text("token", max_length=_MOST)
    return oauth.revoke_for_app(w, app, secret) if secret else None


def _credentials(request: web.Request, sent: Parameters) -> tuple[str | None, str | None]:
    """Return client id and secret from HTTP Basic (RFC 6749 §2.3.1), else from the body."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        client_id = sent.text("client_id", max_length=_MOST)
        return client_id, sent.text("client_secret", max_length=_MOST)
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:  # neither Base64 nor UTF-8
        return None, None
    client_id, _, secret = decoded.partition(":")
    if "\x00" in unquote(client_id):  # no database text can hold it
        return None, None
    return unquote(client_id), unquote(secret)


def _token_answer(granted: Granted) -> web.Response:
    # No expires_in: Mastodon.py takes a token that has one for one that ends.
    return web.json_response(
        {
            "access_token": granted.secret,
            "token_type": "Bearer",
            "scope": " ".join(granted.scopes),
            "created_at": int(granted.created_at.timestamp()),
        },
        headers=_NO_STORE,
    )


def _refused(fault: Fault) -> web.Response:
    headers = dict(_NO_STORE)
    if fault is INVALID_CLIENT:
        headers["WWW-Authenticate"] = 'Basic realm="OAuth"'
    return web.json_response(
        {"error": fault.code, "error_description": fault.description},
        status=fault.status,
        headers=headers,
    )


@plain(cross_origin=True)
async def metadata(request: web.Request) -> web.Response:
    """Say where clients find what (RFC 8414), so that they use PKCE."""
    site = instance_of(request).site
    return web.json_response(
        {
            "issuer": f"{site.base_url}/",
            "authorization_endpoint": site.url("/oauth/authorize"),
            "token_endpoint": site.url("/oauth/token"),
            "revocation_endpoint": site.url("/oauth/revoke"),
            "app_registration_endpoint": site.url("/api/v1/apps"),
            "scopes_supported": list(rules.SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(_GRANT_TYPES),
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


ROUTES: Final = (
    web.post("/api/v1/apps", register, name="access.register_app"),
    web.post("/oauth/token", token, name="access.token"),
    web.post("/oauth/revoke", revoke, name="access.revoke"),
    web.get("/.well-known/oauth-authorization-server", metadata, name="access.metadata"),
)
"""The addresses that client applications call."""
