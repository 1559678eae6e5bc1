"""The staff's pages of invitations: make, list, revoke, and a poster to hang up.

A coach sees and revokes their own; admins and coordinators everybody's.
"""

from datetime import timedelta
from typing import Final

from aiohttp import web

from server.joining.invitations import (
    Listed,
    Wish,
    code_of,
    invitations,
    make_invitation,
    own_invitation,
    refusal_of,
    revoke_invitation,
)
from server.joining.model import Invitation
from server.joining.pairing import Pairing, Said
from server.joining.posters import qr_of
from server.joining.rules import INVITATION_LASTS, MOST_DAYS, MOST_USES, spaced
from server.people.model import PersonKind
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading

STAFF: Final = frozenset({"coach", "coordinator", "moderator", "admin"})
_SEES_ALL: Final = ("coordinator", "admin")
KIND_WORDS: Final = {
    PersonKind.TALENT: say("Somebody who looks for work"),
    PersonKind.MENTOR: say("Mentor"),
    PersonKind.EMPLOYER: say("Employer"),
    PersonKind.ORGANISATION: say("Organisation"),
}
_LATEST_REASONABLE: Final = 10**6


@form(needs="login", staff=STAFF)
async def invitations_page(request: web.Request) -> web.StreamResponse:
    """List the invitations and offer to make one."""
    return await _shown(await reader_of(request), {})


@form(needs="login", staff=STAFF)
async def make(request: web.Request) -> web.StreamResponse:
    """Make an invitation and show its poster."""
    reader = await reader_of(request)
    sent = reader.parameters
    kind = sent.choice("kind", [one.value for one in PersonKind])
    wish = Wish(
        kind=PersonKind(kind) if kind else None,
        language=sent.text("language", max_length=35),
        note=sent.text("note", max_length=10_000) or "",
        most_uses=sent.integer("most_uses", least=-1, most=_LATEST_REASONABLE) or 1,
        lasts=timedelta(
            days=sent.integer("days", least=-1, most=_LATEST_REASONABLE) or INVITATION_LASTS.days
        ),
        vouches=sent.flag("vouches"),
    )
    try:
        made, _ = await reader.instance.work(
            make_invitation, wish, made_by=visitor_of(request).login
        )
    except Invalid as wrong:
        faults = {name: many[0].description for name, many in wrong.details.items()}
        return await _shown(reader, faults, status=422)
    return see(path_for(request.app, "joining.poster", id=made.id))


@form(needs="login", staff=STAFF)
async def revoke(request: web.Request) -> web.StreamResponse:
    """Make a code worthless. Raises NotFound for somebody else's."""
    visitor = visitor_of(request)
    await (await reader_of(request)).instance.work(
        revoke_invitation,
        path_id(request),
        login_id=visitor.login,
        whole=visitor.has_role(*_SEES_ALL),
    )
    return see(path_for(request.app, "joining.invitations"))


@page(needs="login", staff=STAFF)
async def poster(request: web.Request) -> web.StreamResponse:
    """Show a page to print: the code, its link and a QR code, in one language or two.

    Raises NotFound for somebody else's invitation and one that cannot be used any more.
    """
    reader, visitor = await reader_of(request), visitor_of(request)
    invitation, code = await reader.instance.read(
        _usable, path_id(request), visitor.login, whole=visitor.has_role(*_SEES_ALL)
    )
    languages = reader.instance.languages
    wanted = reader.parameters.text("language", max_length=35) or invitation.language
    first = languages.translator(wanted or reader.translator.tag)
    other = reader.parameters.text("second", max_length=35)
    second = languages.translator(other) if other and other in languages.tags else None
    address = reader.instance.site.url(path_for(request.app, "joining.with_code", code=code))
    return await render(
        request,
        "joining/poster.html",
        {
            "invitation": invitation,
            "code": spaced(code),
            "address": address,
            "qr": qr_of(address),
            "both": Pairing(first, second if second is not first else None),
            "first": first,
            "second": second.tag if second else "",
            "say": say,
        },
    )


def _usable(
    r: Reading, invitation_id: int, login_id: int, *, whole: bool
) -> tuple[Invitation, str]:
    invitation = own_invitation(r, invitation_id, login_id=login_id, whole=whole)
    if refusal_of(r, invitation) is not None:
        raise NotFound
    return invitation, code_of(r, invitation)


async def _shown(
    reader: Reader, faults: dict[str, Message], *, status: int = 200
) -> web.StreamResponse:
    visitor = visitor_of(reader.request)
    listed: list[Listed] = list(
        await reader.instance.read(
            invitations, login_id=visitor.login, whole=visitor.has_role(*_SEES_ALL)
        )
    )
    sent = reader.parameters
    return await render(
        reader.request,
        "joining/invitations.html",
        {
            "listed": listed,
            "spaced": spaced,
            "kind_words": KIND_WORDS,
            "days": INVITATION_LASTS.days,
            "most_days": MOST_DAYS,
            "most_uses": MOST_USES,
            "faults": Said((name, [said]) for name, said in faults.items()),
            "typed": lambda name, known="": sent.text(name, max_length=20_000) or known,
        },
        status=status,
    )


ROUTES: Final = (
    web.get("/staff/invitations", invitations_page, name="joining.invitations"),
    web.post("/staff/invitations", make, name="joining.make_invitation"),
    web.post("/staff/invitations/{id}/revoke", revoke, name="joining.revoke_invitation"),
    web.get("/staff/invitations/{id}/poster", poster, name="joining.poster"),
)
