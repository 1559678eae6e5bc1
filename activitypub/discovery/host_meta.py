"""host-meta (RFC 6415): where a host answers WebFinger, when not at the usual place.

Mastodon asks for it when `/.well-known/webfinger` is a 404. It is XML; a document type
declaration, the door to entity tricks, is refused.
"""

from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from activitypub.documents.jsonbytes import JsonObject
from activitypub.errors import DocumentError

XRD_XML = "application/xrd+xml"
LRDD = "lrdd"
PLACEHOLDER = "{uri}"
_NAMESPACE = "http://docs.oasis-open.org/ns/xri/xrd-1.0"
_LINK = f"{_NAMESPACE} Link"


def read_template(body: bytes) -> str:
    """Return the WebFinger address template of a host-meta document.

    Raises DocumentError when it is not XML, declares a document type, or names no template with
    `{uri}` in it.
    """
    found: list[str] = []

    def on_element(name: str, attributes: dict[str, str]) -> None:
        template = attributes.get("template", "")
        if name == _LINK and attributes.get("rel") == LRDD and PLACEHOLDER in template:
            found.append(template)

    def on_doctype(*_: object) -> None:
        raise DocumentError("a host-meta document with a document type is not read")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = on_element
    parser.StartDoctypeDeclHandler = on_doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise DocumentError("the host-meta document is not XML") from error
    if not found:
        raise DocumentError("the host-meta document names no WebFinger template")
    return found[0]


def build_host_meta(base_url: str) -> str:
    """Return our host-meta document; `base_url` has no slash at its end."""
    template = quoteattr(_template(base_url))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<XRD xmlns="{_NAMESPACE}">\n'
        f'  <Link rel="{LRDD}" template={template}/>\n'
        "</XRD>\n"
    )


def build_host_meta_json(base_url: str) -> JsonObject:
    """Return the same as JSON, for `/.well-known/host-meta.json` (RFC 6415 appendix A)."""
    return {"links": [{"rel": LRDD, "template": _template(base_url)}]}


def _template(base_url: str) -> str:
    return f"{base_url}/.well-known/webfinger?resource={PLACEHOLDER}"
