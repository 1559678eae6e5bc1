"""A post on its way to others: its address as a QR code, and an A4 sheet for a wall."""

import io
from dataclasses import dataclass
from typing import Final

import segno
from aiohttp import web

from server.people.reader import Reader, reader_of
from server.platform.errors import NotFound
from server.platform.http.decorators import page, plain
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.work import Reading
from server.posts.rows import PostRow
from server.web.addresses import post_path
from server.web.posts import MAX_TAG, shown_post
from server.web.showing import offer_of

_QUIET_ZONE: Final = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True, slots=True)
class _Seen:
    post: PostRow
    address: str


def _seen(r: Reading, reader: Reader, post_id: int) -> _Seen:
    post = shown_post(r, reader, post_id)
    return _Seen(post, post.url if post.is_local else r.site.url(post_path(post)))


@plain()
async def qr_code(request: web.Request) -> web.StreamResponse:
    """Send the address of a post as a QR code, to whoever may see the post."""
    reader = await reader_of(request)
    seen = await reader.instance.read(_seen, reader, path_id(request))
    return web.Response(
        body=qr_svg(seen.address),
        content_type="image/svg+xml",
        headers={"Cache-Control": "private, max-age=3600"},
    )


def qr_svg(text: str) -> bytes:
    """Return a QR code as an SVG picture, black on white in every theme: cameras need that."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=_QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
    )
    return out.getvalue()


@page()
async def print_sheet(request: web.Request) -> web.StreamResponse:
    """Show an offer as one sheet of A4: large type, the key facts, a code that leads back."""
    reader = await reader_of(request)
    seen = await reader.instance.read(_seen, reader, path_id(request))
    asked = reader.parameters.text("lang", max_length=MAX_TAG)
    offer = offer_of(seen.post, tag=reader.translator.tag, asked=asked)
    if offer is None:
        raise NotFound
    context = {"post": seen.post, "offer": offer, "address": seen.address}
    return await render(request, "web/print.html", context)


ROUTES: Final = (
    web.get("/@{handle}/{id:[0-9]+}/qr.svg", qr_code, name="web.qr"),
    web.get("/@{handle}/{id:[0-9]+}/print", print_sheet, name="web.print"),
)
