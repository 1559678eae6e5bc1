"""The file that `meshwork post` reads: an ordinary post, or one of a kind, as JSON.

An ordinary post has `text`; one of a kind has `kind` and its fields (names of `schemas`), at the
top level or under `record`. A posting in wire form, alone or inside its ActivityStreams object, is
read as well. Values are checked where posts are published; here only the shape is.
"""

import difflib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schemas import KINDS, NotARecord, from_wire
from server.cli.common import Failed
from server.platform.errors import Invalid
from server.posts.drafting import Change, Draft, PollDraft
from server.posts.kinds.wire import record_of
from server.posts.model import Audience
from server.posts.rules import audience_asked

_MOST_BYTES: Final = 1024 * 1024
_AROUND: Final = frozenset({"kind", "audience", "visibility", "language", "media", "record"})
_ORDINARY: Final = frozenset(
    {"text", "spoiler", "sensitive", "in_reply_to", "poll", "audience", "visibility", "language",
     "media"}
)  # fmt: skip
_POLL: Final = frozenset({"options", "expires_in", "multiple", "hide_totals"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file says. `media` are (path, description); `kind` None is an ordinary post."""

    kind: str | None = None
    record: Mapping[str, Any] | None = None
    text: str = ""
    spoiler: str = ""
    sensitive: bool | None = None
    language: str | None = None
    audience: Audience | None = None
    in_reply_to: int | None = None
    poll: PollDraft | None = None
    media: Sequence[tuple[Path, str]] = field(default=())


def read_post(name: str) -> Written:
    """Read a post from a file, or from standard input for `-`. Raises Failed with what is wrong."""
    folder = Path() if name == "-" else Path(name).parent
    return written_in(_document(name), folder)


def _document(name: str) -> Mapping[str, Any]:
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else Path(name).read_bytes()
        if len(raw) > _MOST_BYTES:
            raise Failed("the post file is larger than 1 MiB")
        document = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise Failed(f"cannot read {name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Failed(f"{name} is not JSON in UTF-8: {error}") from error
    if not isinstance(document, dict):
        raise Failed(f"{name} must hold one JSON object")
    return document


def written_in(document: Mapping[str, Any], folder: Path) -> Written:
    """Return the post that a document describes; pictures are looked for in the folder."""
    around = _around(document, folder)
    if "svept:posting" in document or "svept:profile" in document:
        kind, record = _from_wire(document)
    elif document.get("kind") is None:
        return _ordinary(document, around)
    else:
        kind, record = _of_a_kind(document)
    if around["language"] and "inLanguage" not in record:
        record = {**record, "inLanguage": around["language"]}
    return Written(kind=kind, record=record, **around)


def _around(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    asked = document.get("audience", document.get("visibility"))
    try:
        audience = None if asked is None else audience_asked(str(asked))
    except Invalid as error:
        known = ", ".join(one.value for one in Audience)
        raise Failed(f"audience {asked!r} is unknown; known are {known}") from error
    language = document.get("language")
    if language is not None and not isinstance(language, str):
        raise Failed("language must be a text such as nl")
    return {"audience": audience, "language": language, "media": _media(document, folder)}


def _media(document: Mapping[str, Any], folder: Path) -> list[tuple[Path, str]]:
    listed = document.get("media", [])
    if not isinstance(listed, list) or not all(
        isinstance(one, dict) and isinstance(one.get("file"), str) for one in listed
    ):
        raise Failed('media must be a list of {"file": …, "description": …}')
    return [(folder / one["file"], str(one.get("description", ""))) for one in listed]


def _from_wire(document: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Read a posting; inside an object that fits it, what the object says belongs to it too."""
    whole = record_of(document) if "svept:posting" in document else None
    if whole is not None:
        return whole[0].value, whole[1]
    try:
        return from_wire(document.get("svept:posting", document))
    except NotARecord as error:
        raise Failed(f"the posting cannot be read: {error}") from error


def _of_a_kind(document: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = document["kind"]
    if kind not in KINDS:
        raise Failed(f"kind {kind!r} is unknown; known are {', '.join(sorted(KINDS))}")
    if "record" not in document:
        return kind, {name: value for name, value in document.items() if name not in _AROUND}
    record = document["record"]
    if not isinstance(record, dict):
        raise Failed("record must be an object with the fields of the kind")
    _refuse_unknown(document, _AROUND)
    return kind, record


def _ordinary(document: Mapping[str, Any], around: dict[str, Any]) -> Written:
    _refuse_unknown(document, _ORDINARY | {"kind"})
    text, spoiler = document.get("text", ""), document.get("spoiler", "")
    if not isinstance(text, str) or not isinstance(spoiler, str):
        raise Failed("text and spoiler must be texts")
    return Written(
        text=text,
        spoiler=spoiler,
        sensitive=_switch(document, "sensitive"),
        in_reply_to=_number(document, "in_reply_to"),
        poll=_poll(document.get("poll")),
        **around,
    )


def _poll(poll: object) -> PollDraft | None:
    if poll is None:
        return None
    if not isinstance(poll, dict):
        raise Failed('poll must be {"options": […], "expires_in": seconds}')
    _refuse_unknown(poll, _POLL)
    options = poll.get("options")
    if not isinstance(options, list) or not all(isinstance(one, str) for one in options):
        raise Failed("poll.options must be a list of texts")
    return PollDraft(
        options=options,
        expires_in=_number(poll, "expires_in") or 24 * 3600,
        multiple=_switch(poll, "multiple") or False,
        hides_totals=_switch(poll, "hide_totals") or False,
    )


def _switch(part: Mapping[str, Any], name: str) -> bool | None:
    value = part.get(name)
    if value is not None and not isinstance(value, bool):
        raise Failed(f"{name} must be true or false")
    return value


def _number(part: Mapping[str, Any], name: str) -> int | None:
    value = part.get(name)
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Failed(f"{name} must be a whole number")
    return value


def _refuse_unknown(part: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in part:
        if name not in known:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise Failed(f"{name!r} is unknown in a post file{hint}")


def pictures_of(written: Written) -> list[tuple[bytes, str]]:
    """Read the pictures of a post. Raises Failed for one that cannot be read."""
    found = []
    for path, description in written.media:
        try:
            found.append((path.read_bytes(), description))
        except OSError as error:
            raise Failed(f"cannot read {path}: {error.strerror}") from error
    return found


def draft_of(written: Written, author_id: int, media: Sequence[int]) -> Draft:
    """Return what is published."""
    return Draft(
        author_id=author_id,
        text=written.text,
        audience=written.audience,
        spoiler=written.spoiler,
        sensitive=written.sensitive,
        language=written.language,
        in_reply_to_id=written.in_reply_to,
        media_ids=tuple(media),
        poll=written.poll,
        kind=written.kind,
        record=written.record,
    )


def change_of(written: Written, media: Sequence[int]) -> Change:
    """Return what a post is changed to."""
    return Change(
        text=written.text,
        spoiler=written.spoiler,
        sensitive=written.sensitive,
        language=written.language,
        media_ids=tuple(media),
        poll=written.poll,
        record=written.record,
    )
