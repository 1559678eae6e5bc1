"""QR codes as SVG, for posters, for the screen of a coach, and for going on at home."""

import segno
from markupsafe import Markup


def qr_of(address: str) -> Markup:
    """Return a QR code of an address as inline SVG, black on white, without any style of its own.

    It says nothing to a screen reader: the address stands beside it as text.
    """
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(
        border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 - drawn here
