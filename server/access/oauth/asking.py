"""What a client asks for on the authorize page, read from its address or from the page's form.

A client or redirect URI that is wrong is shown to the person and never redirected to; any other
mistake goes back to the client (RFC 6749 §4.1.2.1).
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from server.access.oauth import rules
from server.access.oauth.service import App, app_by_client_id
from server.platform.errors import BadRequest
from server.platform.http.parameters import Parameters
from server.platform.i18n import say
from server.platform.work import Reading

_MOST_STATE: Final = 4_000
_FIELDS: Final = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
    "code_challenge_method",
)  # fmt: skip


class UnknownClient(BadRequest):
    """The client id names no application; it was never registered here or has expired."""

    code = "invalid_client"
    text = say("This application is not known here. Start again in the application.")


class WrongRedirect(BadRequest):
    """The redirect URI is not one that the application registered, to the letter."""

    code = "invalid_redirect_uri"
    text = say("The application asked to return to an address that it did not register.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why the client gets an error instead of a code (RFC 6749 §4.1.2.1)."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for authorization whose client and redirect URI are sound."""

    app: App
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    challenge: str | None
    mistake: Mistake | None
    fields: tuple[tuple[str, str], ...]
    """What was sent, to be sent again by the form of the page."""

    @property
    def is_out_of_band(self) -> bool:
        """Tell whether the code is shown to be copied instead of being sent to the client."""
        return self.redirect_uri == rules.OUT_OF_BAND

    def returning(self, **answer: str) -> str:
        """Return the client's address with an answer, and the state exactly as it was sent."""
        if self.state is not None:
            answer["state"] = self.state
        return rules.with_query(self.redirect_uri, urlencode(answer))

    def path(self) -> str:
        """Return the path of the authorize page that asks for the same again."""
        return f"/oauth/authorize?{urlencode(self.fields)}"


def asked_in(parameters: Parameters) -> dict[str, str]:
    """Return the parameters of RFC 6749 §4.1.1 that were sent. Raises Invalid for too long ones."""
    sent = {name: parameters.text(name, max_length=_MOST_STATE) for name in _FIELDS}
    return {name: text for name, text in sent.items() if text is not None}


def read_asked(r: Reading, sent: dict[str, str]) -> Asked:
    """Read a request for authorization. Raises UnknownClient, WrongRedirect."""
    app = app_by_client_id(r, rules.stated(sent.get("client_id")))
    if app is None:
        raise UnknownClient
    redirect_uri = sent.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris:
        raise WrongRedirect
    scopes = rules.scopes_in(sent.get("scope"))
    challenge = rules.stated(sent.get("code_challenge"))
    return Asked(
        app=app,
        redirect_uri=redirect_uri,
        state=sent.get("state"),
        scopes=scopes or (),
        challenge=challenge,
        mistake=_mistake(sent, app, scopes, challenge),
        fields=tuple(sent.items()),
    )


def _mistake(
    sent: dict[str, str], app: App, scopes: tuple[str, ...] | None, challenge: str | None
) -> Mistake | None:
    if sent.get("response_type") != "code":
        return Mistake(
            "unsupported_response_type",
            "The authorization server does not support this response type.",
        )
    if scopes is None or not rules.are_within(scopes, app.scopes):
        return Mistake("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    method = rules.stated(sent.get("code_challenge_method"))
    if challenge is None:
        return None
    # Without a method RFC 7636 means `plain`, which protects nothing and is not offered.
    if method != "S256" or not rules.is_challenge(challenge):
        return Mistake("invalid_request", "The code_challenge_method must be S256.")
    return None
