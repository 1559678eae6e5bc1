"""The authorize page: a client asks, a person agrees or not, a code goes back.

The page keeps the link to the window that opened it and may post to anywhere, because web clients
open it as a popup and Chromium applies `form-action` to the redirect that ends it (`decorators`).
It works without a script.
"""

from typing import Final

from aiohttp import web

from server.access.oauth import rules
from server.access.oauth import service as oauth
from server.access.oauth.asking import Asked, Mistake, asked_in, read_asked
from server.access.oauth.service import Consent
from server.access.queries import people_of_login
from server.people.cards import PersonRow
from server.platform.errors import Invalid, NotAllowed
from server.platform.http.decorators import form
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import render
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.i18n import Message, say
from server.platform.instance import Instance, instance_of
from server.platform.work import Reading, Work

_DENIED: Final = Mistake(
    "access_denied", "The resource owner or authorization server denied the request."
)
_RIGHTS: Final[dict[str, Message]] = {
    "profile": say("See who you are"),
    "read": say("Read everything you can read: posts, follows, notifications and settings"),
    "write": say("Act for you: post, edit, delete, like, boost, follow and change your profile"),
    "follow": say("See and change whom you follow, block and mute"),
    "push": say("Receive your notifications"),
}
_PARTS: Final[dict[str, Message]] = {
    "accounts": say("your profile and account"),
    "blocks": say("whom you block"),
    "bookmarks": say("your bookmarks"),
    "conversations": say("your conversations"),
    "favourites": say("your likes"),
    "filters": say("your filters"),
    "follows": say("whom you follow"),
    "lists": say("your lists"),
    "media": say("your pictures"),
    "mutes": say("whom you mute"),
    "notifications": say("your notifications"),
    "reports": say("your reports"),
    "search": say("search on your behalf"),
    "statuses": say("your posts"),
}


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def authorize(request: web.Request) -> web.StreamResponse:
    """Show what a client asks for, after sign-in; with `force_login` after a new one."""
    sent = await read_parameters(request)
    instance = instance_of(request)
    asked = await instance.read(read_asked, asked_in(sent))
    visitor = visitor_of(request)
    is_forced = rules.is_yes(sent.text("force_login", max_length=20))
    if not visitor.has_page_session or is_forced:
        return _to_sign_in(request, asked, again=is_forced)
    # Only now: anybody can register an application, and must not be able to lead anybody
    # anywhere by a link that begins with our name (RFC 9700 §4.11.2).
    if asked.mistake is not None:
        return await _refuse(request, asked, asked.mistake)
    people = await instance.read(people_of_login, visitor.login)
    return await _page(request, asked, visitor, people)


async def _page(
    request: web.Request, asked: Asked, visitor: Visitor, people: list[PersonRow]
) -> web.Response:
    if not people:
        raise NotAllowed(say("Your sign-in does not act for anybody whom an application could be."))
    chosen = visitor.person_id if visitor.person_id is not None else people[0].id
    page = await render(
        request,
        "access/consent.html",
        {
            "app": asked.app,
            "rights": rights_of(asked.scopes),
            "people": people,
            "chosen": chosen,
            "fields": asked.fields,
        },
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def rights_of(scopes: tuple[str, ...]) -> list[Message]:
    """Return in words what scopes allow, the widest first."""
    told = [_RIGHTS[scope] for scope in _RIGHTS if scope in scopes]
    if "read" not in scopes:
        told += [say("Read %(what)s", what=_PARTS[p]) for p in _PARTS if f"read:{p}" in scopes]
    if "write" not in scopes:
        told += [say("Change %(what)s", what=_PARTS[p]) for p in _PARTS if f"write:{p}" in scopes]
    return told


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def decide(request: web.Request) -> web.StreamResponse:
    """Take the person's decision: a code for the client, or its refusal."""
    sent = await read_parameters(request)
    instance = instance_of(request)
    asked = await instance.read(read_asked, asked_in(sent))
    if asked.mistake is not None:
        return await _refuse(request, asked, asked.mistake)
    visitor = visitor_of(request)
    if not visitor.has_page_session:
        return _to_sign_in(request, asked, again=False)
    if sent.choice("decision", ("allow", "deny")) != "allow":
        return await _refuse(request, asked, _DENIED)
    code = await _code(instance, asked, visitor, sent)
    if asked.is_out_of_band:
        page = await render(request, "access/code.html", {"app": asked.app, "code": code})
        page.headers["Cache-Control"] = "no-store"
        return page
    return _see_other(asked.returning(code=code))


async def _code(instance: Instance, asked: Asked, visitor: Visitor, sent: Parameters) -> str:
    person_id = sent.id("person_id")
    if person_id is None:
        raise Invalid(say("Choose for whom the application shall act."))
    consent = Consent(
        app_id=asked.app.id,
        login_id=visitor.login,
        person_id=person_id,
        redirect_uri=asked.redirect_uri,
        scopes=asked.scopes,
        challenge=asked.challenge,
    )
    return await instance.work(_agree, consent)


def _agree(w: Work, consent: Consent) -> str:
    """Give a code for somebody whom the login acts for. Raises NotAllowed for anybody else."""
    if not _acts_for(w, consent):
        raise NotAllowed
    return oauth.give_code(w, consent)


def _acts_for(r: Reading, consent: Consent) -> bool:
    return oauth.may_still_act(r, consent.login_id, consent.person_id)


async def _refuse(request: web.Request, asked: Asked, mistake: Mistake) -> web.Response:
    """Tell the client what went wrong, or the person where there is nobody to be told."""
    if not asked.is_out_of_band:
        answer = asked.returning(error=mistake.code, error_description=mistake.description)
        return _see_other(answer)
    return await render(
        request, "access/refused.html", {"app": asked.app, "code": mistake.code}, status=400
    )


def _to_sign_in(request: web.Request, asked: Asked, *, again: bool) -> web.Response:
    sign_in = request.app.router["access.sign_in"].url_for()
    query = {"next": asked.path()}
    if again:
        query["again"] = "1"
    return _see_other(str(sign_in.with_query(query)))


def _see_other(address: str) -> web.Response:
    # By hand: aiohttp's redirects would spell a client's custom address in another way.
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


ROUTES: Final = (
    web.get("/oauth/authorize", authorize, name="access.authorize"),
    web.post("/oauth/authorize", decide, name="access.decide"),
    # toot asks with a slash at the end.
    web.get("/oauth/authorize/", authorize, name="access.authorize_slash"),
    web.post("/oauth/authorize/", decide, name="access.decide_slash"),
)
"""The authorize page, under both spellings of its address."""
