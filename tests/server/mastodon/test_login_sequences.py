"""What each client calls on its first screen: all of it must succeed.

Sources: the clients' own code, read in 2026. The consent page itself is the access room's.
"""

from typing import Any

import pytest

from tests.support.api import Api, Surface

_ELK_OFFERS = {"Origin": "https://client.example"}


async def walk(client: Api, *paths: str) -> dict[str, Any]:
    """Call each path from a foreign origin; return what each answered."""
    found = {}
    for path in paths:
        answer = await client.ask("GET", path, headers=_ELK_OFFERS)
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:200]!r}"
        found[path] = answer.json
    return found


async def register(surface: Surface, **request: Any) -> Any:
    answer = await surface.nobody.ask("POST", "/api/v1/apps", **request)
    assert answer.status == 200
    for name in ("client_id", "client_secret", "id", "redirect_uri"):
        assert isinstance(answer.json[name], str)
    return answer.json


async def plain(surface: Surface, path: str) -> tuple[int, str]:
    """Fetch what is not JSON, from a foreign origin."""
    async with surface.session.get(
        surface.base.rstrip("/") + path, headers=_ELK_OFFERS, allow_redirects=False
    ) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.status, await answer.text()


async def test_phanpy(surface: Surface, ann: Api) -> None:
    status, meta = await plain(surface, "/.well-known/host-meta")
    assert (status, "lrdd" in meta) == (200, True)
    await register(
        surface,
        data={
            "client_name": "Phanpy", "redirect_uris": "https://client.example/",
            "scopes": "read write follow push", "website": "https://client.example",
        },
    )  # fmt: skip
    metadata = await walk(surface.nobody, "/.well-known/oauth-authorization-server")
    offered = metadata["/.well-known/oauth-authorization-server"]
    assert "S256" in offered["code_challenge_methods_supported"]
    links = (await walk(surface.nobody, "/.well-known/nodeinfo"))["/.well-known/nodeinfo"]
    documents = [one for one in links["links"] if "nodeinfo/2." in one["href"]]
    assert documents
    for link in documents:
        await walk(surface.nobody, link["href"].removeprefix("https://ours.example"))
    await walk(
        ann,
        "/api/v1/preferences",
        "/api/v2/instance",
        "/api/v1/accounts/verify_credentials",
        "/api/v1/timelines/home?limit=20",
        "/api/v1/markers?timeline[]=notifications",
        "/api/v1/lists",
        "/api/v2/filters",
        "/api/v1/notifications?limit=30",
        "/api/v1/announcements",
        "/api/v1/follow_requests",
    )


async def test_pinafore(surface: Surface, ann: Api) -> None:
    await register(
        surface,
        json={
            "client_name": "Pinafore", "redirect_uris": "https://client.example/settings",
            "scopes": "read write follow push", "website": "https://client.example",
        },
    )  # fmt: skip
    await walk(surface.nobody, "/api/v1/instance")
    await walk(
        ann,
        "/api/v1/accounts/verify_credentials",
        "/api/v1/custom_emojis",
        "/api/v1/lists",
        "/api/v1/filters",
        "/api/v1/timelines/public?local=true&limit=20",
    )


async def test_elk(surface: Surface, ann: Api) -> None:
    await register(
        surface,
        json={
            "client_name": "Elk", "scopes": "read write follow push",
            "redirect_uris": ["https://client.example/api/ours.example/oauth/x"],
        },
    )  # fmt: skip
    found = await walk(
        ann,
        "/api/v2/instance",
        "/api/v1/accounts/verify_credentials",
        "/api/v1/preferences",
        "/nodeinfo/2.0",
        "/api/v1/timelines/home",
        "/api/v1/custom_emojis",
    )
    configuration = found["/api/v2/instance"]["configuration"]
    assert configuration["media_attachments"]["supported_mime_types"]
    # Elk asks whether it pushes already, and takes 404 for no.
    assert await ann.status_of("GET", "/api/v1/push/subscription") == 404


async def test_toot(surface: Surface, ann: Api) -> None:
    found = await walk(surface.nobody, "/api/v1/instance")
    assert found["/api/v1/instance"]["uri"] == "ours.example"
    await register(
        surface,
        json={
            "client_name": "toot", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
            "scopes": "read write follow", "website": "https://client.example",
        },
    )  # fmt: skip
    await walk(
        ann,
        "/api/v1/accounts/verify_credentials",
        "/api/v1/preferences",
        "/api/v1/timelines/home?limit=40",
    )


async def test_tusky(surface: Surface, ann: Api) -> None:
    await register(
        surface,
        data={
            "client_name": "Tusky", "redirect_uris": "oauth2redirect://client.example/",
            "scopes": "read write follow push", "website": "https://client.example",
        },
    )  # fmt: skip
    await walk(
        ann,
        "/api/v1/accounts/verify_credentials",
        "/api/v2/instance",
        "/api/v2/filters",
        "/api/v1/custom_emojis",
        "/api/v1/lists",
        "/api/v1/timelines/home?limit=30",
        "/api/v1/notifications?limit=30&exclude_types[]=poll",
        "/api/v1/markers?timeline[]=notifications",
        "/api/v1/announcements?with_dismissed=false",
    )


async def test_mastodon_for_android(surface: Surface, ann: Api) -> None:
    await walk(surface.nobody, "/api/v2/instance")
    await register(
        surface,
        json={
            "client_name": "Android", "redirect_uris": "mastodon-android-auth://callback",
            "scopes": "read write follow push", "website": "https://client.example",
        },
    )  # fmt: skip
    await walk(
        ann,
        "/api/v1/accounts/verify_credentials",
        "/api/v1/preferences",
        "/api/v1/custom_emojis",
        "/api/v1/lists",
        "/api/v1/followed_tags",
        "/api/v1/markers?timeline[]=home&timeline[]=notifications",
        "/api/v2/filters",
        "/api/v1/notifications",
        "/api/v1/trends/statuses",
        "/api/v2/suggestions",
    )


@pytest.mark.parametrize("uris", ["https://a.example/\nhttps://b.example/", ["https://a.example/"]])
async def test_mastodon_py(surface: Surface, ann: Api, uris: Any) -> None:
    app = await register(surface, json={"client_name": "py", "redirect_uris": uris})
    assert app["redirect_uris"][0] == "https://a.example/"
    await walk(
        ann,
        "/api/v1/instance",
        "/api/v2/instance",
        "/api/v1/accounts/verify_credentials",
        "/.well-known/oauth-authorization-server",
        "/api/v1/apps/verify_credentials",
    )
