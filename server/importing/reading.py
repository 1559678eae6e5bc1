"""What an address turns out to be, and what it offers: calendar, feed or page."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from server.importing.calendars import read_calendar
from server.importing.entries import Collected, Unreadable
from server.importing.feeds import read_feed
from server.importing.model import SourceForm
from server.platform.i18n import say
from server.posts.kinds import Kind

_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a source is to be read."""

    kind: Kind
    language: str
    zone: tzinfo
    now: datetime


def form_of(body: bytes) -> SourceForm | None:
    """Tell what a document is by its first characters; None for a page or something else."""
    head = body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"begin:vcalendar"):
        return SourceForm.CALENDAR
    if b"jsonfeed.org" in head or any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return SourceForm.FEED
    return None


def read_source(body: bytes, form: SourceForm, asked: Asked) -> Collected:
    """Return the entries of a calendar or a feed. Raises Unreadable."""
    if form is SourceForm.CALENDAR:
        return read_calendar(body, now=asked.now, zone=asked.zone, language=asked.language)
    if form is SourceForm.FEED:
        return read_feed(body, asked.kind, language=asked.language)
    raise Unreadable(say("This address gives neither a calendar nor a feed."))
