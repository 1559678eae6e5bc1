"""Client applications as the API shows them (Mastodon: Application, CredentialApplication)."""

from typing import Any

from server.access.oauth.service import App


def _app_json(app: App, vapid_key: str) -> dict[str, Any]:
    """An application without its secrets.

    Both forms of the redirect URIs are given, because clients read one or the other. `vapid_key`
    is the key that pushes of this instance are signed with.
    """
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": list(app.scopes),
        "redirect_uri": "\n".join(app.redirect_uris),
        "redirect_uris": list(app.redirect_uris),
        "vapid_key": vapid_key,
    }


def credential_app_json(app: App, secret: str, vapid_key: str) -> dict[str, Any]:
    """Return an application just registered, with its secret; it never expires by itself."""
    return {
        **_app_json(app, vapid_key),
        "client_id": app.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }
