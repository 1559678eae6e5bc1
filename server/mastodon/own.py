"""What belongs to the signed-in person alone: profile, preferences, reports.

Lists and followed hashtags do not exist here yet; clients ask for them at every start, and the
truthful answer is that there are none.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from server.access.oauth.service import app_by_id
from server.mastodon.accounts import own_account
from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.account import account
from server.mastodon.entities.scene import Entity, moment
from server.media.model import Media
from server.media.service import attach, delete_named
from server.media.uploads import upload_image
from server.moderation.service import report_person
from server.people import queries as people
from server.people.profiles import FieldChange, ProfileChange
from server.people.service import update_profile
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import Handler, api
from server.platform.i18n import say
from server.platform.vapid import vapid_public_key
from server.platform.work import Reading, Work
from server.posts.model import Audience
from server.posts.rules import audience_asked, mastodon_visibility

_PICTURES = ("avatar", "header")
_MAX_FIELDS = 20  # the service refuses more than it keeps, with its own words


@api(scope="write:accounts")
async def update_credentials(request: web.Request) -> web.Response:
    """Change one's own profile and defaults."""
    call = await call_of(request)
    change = _change(call)
    pictures = {name: await _picture(call, name) for name in _PICTURES}
    return answer(await call.instance.work(_update, call, change, pictures))


def _update(
    w: Work, call: Call, change: ProfileChange, pictures: Mapping[str, Media | None]
) -> Entity:
    """Change the profile; pictures that were replaced are deleted.

    New ones become part of the profile only here: those of a change that is refused go after a day.
    """
    before = people.person_of(w, call.viewer, call.me)
    new = {name: media for name, media in pictures.items() if media is not None}
    attach(w, call.me, [media.id for media in new.values()])
    paths = {name: f"/media/{media.file_name}" for name, media in new.items()}
    whole = replace(
        change,
        avatar=paths.get("avatar", change.avatar),
        header=paths.get("header", change.header),
    )
    update_profile(w, call.me, whole)
    w.session.flush()
    after = people.person_of(w, call.viewer, call.me)
    gone = {before.avatar, before.header} - {after.avatar, after.header}
    delete_named(w, call.me, gone)
    return own_account(w, call.scene, call.me)


@api(scope="write:accounts")
async def remove_picture(request: web.Request) -> web.Response:
    """Take one of the two pictures of one's own profile away."""
    call = await call_of(request)
    is_avatar = request.match_info["picture"] == "avatar"
    change = ProfileChange(avatar="") if is_avatar else ProfileChange(header="")
    return answer(await call.instance.work(_update, call, change, {}))


def _change(call: Call) -> ProfileChange:
    asked = call.parameters
    source = asked.part("source")
    privacy = source.text("privacy", max_length=20) if source else None
    return ProfileChange(
        display_name=asked.edited("display_name", max_length=1_000),
        summary=asked.edited("note", max_length=100_000),
        fields=_fields(call),
        avatar_description=asked.edited("avatar_description", max_length=1_500),
        locked=asked.boolean("locked"),
        bot=asked.boolean("bot"),
        discoverable=asked.boolean("discoverable"),
        indexable=asked.boolean("indexable"),
        hides_collections=asked.boolean("hide_collections"),
        language=source.edited("language", max_length=35) if source else None,
        default_audience=audience_asked(privacy).value if privacy else None,
        default_sensitive=source.boolean("sensitive") if source else None,
    )


def _fields(call: Call) -> list[FieldChange] | None:
    """Return the lines of the profile; a line without name and value is taken away."""
    if "fields_attributes" not in call.parameters:
        return None
    lines = [
        FieldChange(
            one.edited("name", max_length=1_000) or "", one.edited("value", max_length=5_000) or ""
        )
        for one in call.parameters.items("fields_attributes", most=_MAX_FIELDS)
    ]
    return [line for line in lines if line.name or line.value]


async def _picture(call: Call, name: str) -> Media | None:
    """Store an uploaded picture, or return None when none was sent."""
    if not call.parameters.given(name):
        return None
    file = call.parameters.upload(name)
    if file is None:
        raise Invalid(details={name: [("ERR_INVALID", say("must be a picture"))]})
    return await upload_image(call.instance, person_id=call.me, content=file.read())


def _preferences(r: Reading, call: Call) -> Entity:
    me = people.person_of(r, call.viewer, call.me)
    return {
        "posting:default:visibility": mastodon_visibility(Audience(me.default_audience)),
        "posting:default:sensitive": me.default_sensitive,
        "posting:default:language": me.language,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


@api(scope="read:accounts")
async def preferences(request: web.Request) -> web.Response:
    """Answer the person's defaults."""
    call = await call_of(request)
    return answer(await call.instance.read(_preferences, call))


@api(scope="write:reports")
async def report(request: web.Request) -> web.Response:
    """Report somebody to the moderators, here and, if wished, where they live."""
    call = await call_of(request)
    target_id = call.parameters.id("account_id")
    if target_id is None:
        raise NotFound

    def unit(w: Work) -> Entity:
        made = report_person(
            w,
            reporter_id=call.me,
            target_id=target_id,
            post_ids=call.parameters.ids("status_ids"),
            comment=call.parameters.text("comment") or "",
            category=call.parameters.text("category", max_length=20),
            forward=call.parameters.flag("forward"),
        )
        target = people.person_of(w, call.viewer, target_id)
        return {
            "id": str(made.id),
            "action_taken": False,
            "action_taken_at": None,
            "category": made.category,
            "comment": made.comment,
            "forwarded": made.forwarded,
            "created_at": moment(made.created_at),
            "status_ids": made.post_ids or None,
            "rule_ids": None,
            "target_account": account(call.scene, target),
        }

    return answer(await call.instance.work(unit))


@api(needs="app")
async def verify_app(request: web.Request) -> web.Response:
    """Answer which application a token belongs to."""
    call = await call_of(request)
    app_id = call.visitor.app_id
    found = await call.instance.read(app_by_id, app_id) if app_id is not None else None
    if found is None:
        raise NotFound
    return answer(
        {
            "id": str(found.id),
            "name": found.name,
            "website": found.website,
            "scopes": list(found.scopes),
            "redirect_uris": list(found.redirect_uris),
            "redirect_uri": "\n".join(found.redirect_uris),
            "vapid_key": vapid_public_key(call.instance.vault),
        }
    )


def _none(scope: str) -> Handler:
    """Return the handler of a list of one's own that is always empty."""

    @api(scope=scope)
    async def nothing(request: web.Request) -> web.Response:
        del request
        return answer([])

    return nothing


_EMPTY_LISTS = (
    ("/api/v1/followed_tags", "read:follows"),
    ("/api/v1/featured_tags", "read:accounts"),
    ("/api/v1/domain_blocks", "read:blocks"),
    ("/api/v1/suggestions", "read:accounts"),
    ("/api/v2/suggestions", "read:accounts"),
)


ROUTES = (
    web.patch("/api/v1/accounts/update_credentials", update_credentials, name="api.update_me"),
    web.delete(
        "/api/v1/profile/{picture:avatar|header}", remove_picture, name="api.remove_picture"
    ),
    web.get("/api/v1/preferences", preferences, name="api.preferences"),
    web.post("/api/v1/reports", report, name="api.report"),
    web.get("/api/v1/apps/verify_credentials", verify_app, name="api.verify_app"),
    *(
        web.get(path, _none(scope), name=f"api.empty{number}")
        for number, (path, scope) in enumerate(_EMPTY_LISTS)
    ),
)
