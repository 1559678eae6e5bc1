"""The body of a request as a tree of parameters: JSON, urlencoded and multipart alike.

The query is merged below the body, whatever the method (clients send bodies with GET and DELETE
too). Uploaded files are streamed to memory or a temporary file under a cap and are closed by the
middleware when the request ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO, Final, cast
from urllib.parse import unquote_to_bytes

import orjson
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.platform.errors import BadRequest, TooLarge, TooSlow, UnsupportedType
from server.platform.http.decorators import policy_of
from server.platform.http.nesting import Bounds, Tree, Upload, Value, checked, nested
from server.platform.i18n import say

FORM_TYPE: Final = "application/x-www-form-urlencoded"
_CHUNK: Final = 256 * 1024

UPLOADS: Final = web.RequestKey("uploads", list[Upload])
"""The files a request brought, to be closed when it ends."""

TREE: Final = web.RequestKey("parameter tree", dict)
"""The tree already read, so that a form token can be checked before the handler reads it."""


async def read_tree(request: web.Request, bounds: Bounds) -> Tree:
    """Return query and body as one tree, body over query; read once per request.

    Raises BadRequest (400) for broken JSON, UTF-8, escapes or multipart, TooLarge (413),
    UnsupportedType (415), Invalid (422) for NUL characters.
    """
    known = request.get(TREE)
    if known is not None:
        return cast("Tree", known)
    query = nested(urlencoded_pairs(request.rel_url.raw_query_string), bounds)
    tree = checked({**query, **await _body_tree(request, bounds)}, bounds)
    request[TREE] = tree
    return tree


async def _body_tree(request: web.Request, bounds: Bounds) -> Tree:
    if not request.can_read_body:
        return {}
    if request.content_type == "multipart/form-data":
        return await _multipart_tree(request, bounds)
    body = await read_capped(request, bounds.max_body_bytes, seconds=bounds.body_seconds)
    if not body.strip():
        return {}
    if request.content_type == FORM_TYPE:
        return nested(urlencoded_pairs(_utf8(body)), bounds)
    if request.content_type == "application/json" or request.content_type.endswith("+json"):
        return _json_tree(body)
    raise UnsupportedType


async def read_capped(request: web.Request, max_bytes: int, *, seconds: float = 30.0) -> bytes:
    """Return the raw body, at most `max_bytes`.

    Raises TooLarge as soon as it is longer, TooSlow when it has not arrived after `seconds`.
    """
    declared = request.content_length
    if declared is not None and declared > max_bytes:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > max_bytes:
                    raise TooLarge
    except TimeoutError as late:
        raise TooSlow from late
    return bytes(body)


async def read_body(request: web.Request) -> bytes:
    """Return the raw bytes of a body within what its route declares (`max_bytes`), else 1 MiB.

    For inboxes and other routes that need the very bytes. Raises TooLarge and TooSlow.
    """
    policy = policy_of(request)
    declared = policy.max_bytes if policy is not None else None
    return await read_capped(request, declared or Bounds().max_body_bytes)


def _json_tree(body: bytes) -> Tree:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise BadRequest(say("The body is not valid JSON.")) from broken
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise BadRequest(say("The body must be a JSON object."))
    return cast("Tree", document)


def urlencoded_pairs(text: str) -> Iterator[tuple[str, Value]]:
    """Yield the pairs of a query or form; raise BadRequest for escapes that are not UTF-8."""
    for part in text.split("&"):
        if part:
            key, _, value = part.partition("=")
            yield _unescaped(key), _unescaped(value)


def _unescaped(text: str) -> str:
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeError as broken:
        raise BadRequest(say("The parameters are not valid UTF-8.")) from broken


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise BadRequest(say("The body is not valid UTF-8.")) from broken


async def _multipart_tree(request: web.Request, bounds: Bounds) -> Tree:
    uploads = request.setdefault(UPLOADS, [])
    try:
        async with asyncio.timeout(bounds.upload_seconds):
            pairs = await _multipart_pairs(await request.multipart(), bounds, uploads)
    except TimeoutError as late:
        raise TooSlow from late
    except (ValueError, AssertionError, RuntimeError, LookupError, HttpProcessingError) as broken:
        # aiohttp's reader raises each of these for some malformed boundary, header or charset.
        raise BadRequest(say("The multipart body is malformed.")) from broken
    return nested(pairs, bounds)


async def _multipart_pairs(
    reader: MultipartReader, bounds: Bounds, uploads: list[Upload]
) -> list[tuple[str, Value]]:
    pairs: list[tuple[str, Value]] = []
    left = bounds.max_body_bytes
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise BadRequest(say("Each part of a multipart body needs a name."))
        if len(pairs) >= bounds.max_values:
            raise BadRequest(say("There are too many parameters."))
        if part.filename is None:
            text = await _read_part(part, left)
            left -= len(text)
            pairs.append((part.name, _utf8(text)))
        else:
            if len(uploads) >= bounds.max_files:
                raise BadRequest(say("There are too many files."))
            pairs.append((part.name, await _stored(part, bounds, uploads)))
    return pairs


async def _read_part(part: BodyPartReader, max_bytes: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(8192):
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge
    return bytes(body)


async def _stored(part: BodyPartReader, bounds: Bounds, uploads: list[Upload]) -> Upload:
    # Closed by `close_uploads` when the request ends, so not by a context manager here.
    spool = cast(
        "IO[bytes]",
        tempfile.SpooledTemporaryFile(max_size=bounds.spool_bytes),  # noqa: SIM115 — see above
    )
    try:
        size = await _fill(spool, part, bounds)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    claimed = part.headers.get("Content-Type", "application/octet-stream")
    upload = Upload(_name_shown(part.filename), claimed[:255], size, spool)
    uploads.append(upload)
    return upload


async def _fill(spool: IO[bytes], part: BodyPartReader, bounds: Bounds) -> int:
    size = 0
    while chunk := await part.read_chunk(_CHUNK):
        size += len(chunk)
        if size > bounds.max_upload_bytes:
            raise TooLarge(say("The file is too large"))
        await _write(spool, chunk, on_disk=size > bounds.spool_bytes)
    return size


def _name_shown(filename: str | None) -> str:
    """Return a file name that can be stored: no folders, no bytes that were not UTF-8."""
    last = (filename or "").replace("\\", "/").rpartition("/")[2]
    return last.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")[:255]


async def _write(spool: IO[bytes], chunk: bytes, *, on_disk: bool) -> None:
    if on_disk:
        await asyncio.to_thread(spool.write, chunk)
    else:
        spool.write(chunk)


def close_uploads(request: web.Request) -> None:
    """Close and so remove every file the request brought."""
    for upload in request.get(UPLOADS) or ():
        with contextlib.suppress(OSError):
            upload.file.close()
