"""The profile of somebody here: what may be changed, its limits, and how text becomes HTML.

Knows no table and no request: `service.update_profile` writes the columns that are made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from activitypub.documents.origin import is_web_url
from server.people.rules import (
    MAX_ALIASES,
    MAX_DISPLAY_NAME,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_SUMMARY,
)
from server.platform.errors import Invalid
from server.platform.i18n import Message, say
from server.platform.linkify import linkify_plain
from server.platform.text import SafeHtml
from server.platform.work import Site

AUDIENCES: Final = ("public", "unlisted", "followers", "partners", "members", "direct")
_MAX_DESCRIPTION: Final = 1_500
_MAX_LANGUAGE: Final = 35


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of a profile as it was typed: a label and plain text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What somebody changes about themselves; None leaves a thing as it is, "" clears it.

    `avatar` and `header` are paths of stored pictures ("/media/…"). `also_known_as` are the ids of
    actors elsewhere that may move here.
    """

    display_name: str | None = None
    summary: str | None = None
    fields: Sequence[FieldChange] | None = None
    avatar: str | None = None
    avatar_description: str | None = None
    header: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hides_collections: bool | None = None
    also_known_as: Sequence[str] | None = None
    language: str | None = None
    default_audience: str | None = None
    default_sensitive: bool | None = None


def columns_of(site: Site, change: ProfileChange) -> dict[str, Any]:
    """Return the columns that a change sets. Raises Invalid that names every wrong field."""
    faults = {name: [fault] for name, fault in _faults(change)}
    if faults:
        raise Invalid(details=faults)
    columns: dict[str, Any] = {
        name: value for name in _PLAIN if (value := getattr(change, name)) is not None
    }
    if change.display_name is not None:
        columns["display_name"] = " ".join(change.display_name.split())
    if change.summary is not None:
        columns["summary_text"] = change.summary.strip()
        columns["summary_html"] = html_of(site, columns["summary_text"])
    if change.fields is not None:
        columns["fields"] = [_line(site, one) for one in change.fields if one.name.strip()]
    if change.also_known_as is not None:
        columns["also_known_as"] = list(dict.fromkeys(change.also_known_as))
    for name in ("avatar", "header", "language"):
        if getattr(change, name) is not None:
            columns[name] = getattr(change, name) or None
    return columns


_PLAIN: Final = (
    "avatar_description", "locked", "bot", "discoverable", "indexable", "hides_collections",
    "default_audience", "default_sensitive",
)  # fmt: skip

_LENGTHS: Final[Mapping[str, int]] = {
    "display_name": MAX_DISPLAY_NAME,
    "summary": MAX_SUMMARY,
    "avatar_description": _MAX_DESCRIPTION,
    "language": _MAX_LANGUAGE,
}


def _faults(change: ProfileChange) -> list[tuple[str, tuple[str, Message]]]:
    found: list[tuple[str, tuple[str, Message]]] = []
    for name, most in _LENGTHS.items():
        text = getattr(change, name)
        if text is not None and len(text) > most:
            found.append((name, ("ERR_TOO_LONG", _too_long(most))))
    if change.default_audience is not None and change.default_audience not in AUDIENCES:
        found.append(("privacy", ("ERR_INCLUSION", say("is not included in the list"))))
    found += [("fields", fault) for fault in _field_faults(change.fields or ())][:1]
    aliases = change.also_known_as or ()
    if len(aliases) > MAX_ALIASES or not all(is_web_url(alias) for alias in aliases):
        found.append(("also_known_as", ("ERR_INVALID", say("must be addresses of accounts"))))
    for name in ("avatar", "header"):
        path = getattr(change, name)
        if path and not path.startswith("/media/"):
            found.append((name, ("ERR_INVALID", say("must be a picture of this instance"))))
    return found


def _field_faults(lines: Sequence[FieldChange]) -> list[tuple[str, Message]]:
    found = []
    if len(lines) > MAX_FIELDS:
        found.append(
            ("ERR_TOO_MANY", say("has too many entries (at most %(most)s)", most=MAX_FIELDS))
        )
    if any(max(len(line.name), len(line.value)) > MAX_FIELD_CHARS for line in lines):
        found.append(("ERR_TOO_LONG", _too_long(MAX_FIELD_CHARS)))
    return found


def _too_long(most: int) -> Message:
    return say("is too long (at most %(most)s)", most=most)


def _line(site: Site, one: FieldChange) -> dict[str, str]:
    value = " ".join(one.value.split())
    shown = html_of(site, value).removeprefix("<p>").removesuffix("</p>")
    return {"name": " ".join(one.name.split()), "value": shown, "source": value}


def html_of(site: Site, text: str) -> SafeHtml:
    """Return plain text as HTML with its links and hashtags."""
    return linkify_plain(text, {}, lambda name: site.url(f"/tags/{quote(name)}"))
