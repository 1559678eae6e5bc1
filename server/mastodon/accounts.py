"""Accounts: looking at people. Source: Mastodon's API, "accounts API methods"."""

from collections.abc import Callable

from aiohttp import web

from server.federation.remote import resolve_handle
from server.mastodon.calls import Call, answer, call_of, moved_of
from server.mastodon.entities.account import account, credential_account, relationship
from server.mastodon.entities.scene import Entity, Scene
from server.mastodon.entities.status import statuses as status_entities
from server.people import queries as people
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.paging import Page, page_asked, page_links, slice_asked
from server.platform.http.parameters import path_id
from server.platform.work import Reading
from server.posts import queries as posts
from server.posts.rows import PostRow

MANY, MOST = 40, 80
"""How many accounts a list has when nothing is asked, and at most."""


def account_entity(r: Reading, scene: Scene, person_id: int) -> Entity:
    """Return the Account of somebody the viewer may see. Raises NotFound."""
    person = people.person_of(r, scene.viewer, person_id)
    return account(scene, person, moved=moved_of(r, scene.viewer, [person]).get(person.id))


def own_account(r: Reading, scene: Scene, person_id: int) -> Entity:
    """Return the CredentialAccount of the person who asks."""
    person = people.person_of(r, scene.viewer, person_id)
    return credential_account(
        scene,
        person,
        requests=people.follow_requests_count(r, person_id),
        moved=moved_of(r, scene.viewer, [person]).get(person.id),
    )


@api(scope="profile")
async def verify_credentials(request: web.Request) -> web.Response:
    """Answer who the token belongs to."""
    call = await call_of(request)
    return answer(await call.instance.read(own_account, call.scene, call.me))


@api(scope="read:accounts", needs="nobody")
async def show(request: web.Request) -> web.Response:
    """Answer one account."""
    call = await call_of(request)
    return answer(await call.instance.read(account_entity, call.scene, path_id(request)))


@api(scope="read:accounts", needs="nobody")
async def several(request: web.Request) -> web.Response:
    """Answer several accounts by id; those that cannot be seen are left out."""
    call = await call_of(request)
    ids = call.parameters.ids("id", most=MANY)
    found = await call.instance.read(people.people_by_ids, call.viewer, ids)
    return answer([account(call.scene, found[one]) for one in ids if one in found])


@api(scope="read:accounts", needs="nobody")
async def lookup(request: web.Request) -> web.Response:
    """Answer the account that a handle known here names."""
    call = await call_of(request)
    handle = call.parameters.required("acct", max_length=400)
    found = await call.instance.read(people.person_by_handle, call.viewer, handle)
    if found is None:
        raise NotFound
    return answer(account(call.scene, found))


@api(scope="read:accounts")
async def search(request: web.Request) -> web.Response:
    """Answer accounts that a text finds; a full handle may be asked at its own server."""
    call = await call_of(request)
    text = call.parameters.text("q", max_length=500) or ""
    asked = slice_asked(call.parameters, default=MANY, most=MOST)
    if call.parameters.flag("resolve") and "@" in text.strip().lstrip("@"):
        await resolve_handle(call.instance, text.strip())
    found = await call.instance.read(
        people.search_people,
        call.viewer,
        text,
        limit=asked.limit,
        offset=asked.offset,
        only_followed=call.parameters.flag("following"),
    )
    return answer([account(call.scene, one) for one in found])


@api(scope="read:statuses", needs="nobody")
async def statuses(request: web.Request) -> web.Response:
    """Answer what somebody posted; `pinned` answers what they feature, unpaged."""
    call = await call_of(request)
    person_id = path_id(request)
    page = page_asked(call.parameters)
    found = await call.instance.read(_posts_of, call, person_id, page)
    entities = status_entities(call.scene, found)
    if call.parameters.flag("pinned"):
        return answer(entities)
    links = page_links(request, [post.id for post in found], page.limit)
    return answer(entities, headers=links)


def _posts_of(r: Reading, call: Call, person_id: int, page: Page) -> list[PostRow]:
    people.person_of(r, call.viewer, person_id)
    asked = call.parameters
    if asked.flag("pinned"):
        return posts.pinned_posts(r, call.viewer, person_id)
    return posts.account_posts(
        r,
        call.viewer,
        person_id,
        page,
        exclude_replies=asked.flag("exclude_replies"),
        exclude_reblogs=asked.flag("exclude_reblogs"),
        only_media=asked.flag("only_media"),
        tagged=asked.text("tagged", max_length=100),
    )


async def listed(
    call: Call, read: Callable[..., list[people.Listed]], *before: Viewer | int
) -> web.Response:
    """Answer a list of accounts that pages on the relation's own id."""
    page = page_asked(call.parameters, default=MANY, most=MOST)
    found = await call.instance.read(read, *before, page)
    links = page_links(call.request, [one.id for one in found], page.limit)
    return answer([account(call.scene, one.person) for one in found], headers=links)


@api(scope="read:accounts", needs="nobody")
async def followers(request: web.Request) -> web.Response:
    """Answer who follows somebody, unless they hide it."""
    call = await call_of(request)
    return await listed(call, people.followers, call.viewer, path_id(request))


@api(scope="read:accounts", needs="nobody")
async def following(request: web.Request) -> web.Response:
    """Answer whom somebody follows, unless they hide it."""
    call = await call_of(request)
    return await listed(call, people.following, call.viewer, path_id(request))


@api(scope="read:accounts", needs="nobody")
async def featured_tags(request: web.Request) -> web.Response:
    """Answer that nobody features hashtags here."""
    call = await call_of(request)
    await call.instance.read(people.person_of, call.viewer, path_id(request))
    return answer([])


@api(scope="read:follows")
async def relationships(request: web.Request) -> web.Response:
    """Answer how the person stands to others."""
    call = await call_of(request)
    ids = call.parameters.ids("id")
    found = await call.instance.read(people.relationships, call.me, ids)
    return answer([relationship(one) for one in found])


@api(scope="read:follows")
async def familiar_followers(request: web.Request) -> web.Response:
    """Answer, for each account, who of those one follows follows it too."""
    call = await call_of(request)
    ids = call.parameters.ids("id", most=MANY)
    found = await call.instance.read(people.familiar_followers, call.me, ids)
    return answer(
        [
            {"id": str(one), "accounts": [account(call.scene, person) for person in known]}
            for one, known in found.items()
        ]
    )


ROUTES = (
    web.get("/api/v1/accounts", several, name="api.accounts"),
    web.get("/api/v1/accounts/verify_credentials", verify_credentials, name="api.verify"),
    web.get("/api/v1/accounts/lookup", lookup, name="api.lookup"),
    web.get("/api/v1/accounts/search", search, name="api.account_search"),
    web.get("/api/v1/accounts/relationships", relationships, name="api.relationships"),
    web.get("/api/v1/accounts/familiar_followers", familiar_followers, name="api.familiar"),
    web.get("/api/v1/accounts/{id}", show, name="api.account"),
    web.get("/api/v1/accounts/{id}/statuses", statuses, name="api.account_statuses"),
    web.get("/api/v1/accounts/{id}/followers", followers, name="api.followers"),
    web.get("/api/v1/accounts/{id}/following", following, name="api.following"),
    web.get("/api/v1/accounts/{id}/featured_tags", featured_tags, name="api.featured_tags"),
)
