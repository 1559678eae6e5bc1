"""What a draft may be and when it may be published: pure decisions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from server.platform.errors import Invalid
from server.platform.i18n import say
from server.posts.drafting import Draft, PollDraft
from server.posts.model import Audience

KEPT: Final = timedelta(days=180)
"""How long a draft stays that nobody touches."""
MAX_DRAFTS: Final = 200
"""How many drafts one person may have, those that wait for their moment included."""
SOONEST: Final = timedelta(minutes=5)
"""How far ahead a moment must lie, as Mastodon demands."""
LATEST: Final = timedelta(days=366)
MAX_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything somebody wrote so far; nothing of it has been checked.

    `poll` is {"options", "expires_in", "multiple", "hides_totals"}; `audience` and `sensitive` None
    mean the author's own defaults.
    """

    kind: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    spoiler: str = ""
    sensitive: bool | None = None
    language: str | None = None
    audience: str | None = None
    reply_to: int | None = None
    media_ids: Sequence[int] = ()
    poll: Mapping[str, Any] | None = None
    application: str | None = None

    @property
    def title(self) -> str:
        """Return what stands for it in a list: its title, else the beginning of its text."""
        named = self.record.get("title") or self.record.get("name")
        return str(named or self.spoiler or " ".join(self.text.split()))[:120]


def as_bytes(written: Written) -> bytes:
    """Return a draft as it is kept. Raises Invalid for one that is far too long."""
    kept = json.dumps(asdict(written), ensure_ascii=False).encode()
    if len(kept) > MAX_BYTES:
        raise Invalid(say("This draft is too long to be kept."))
    return kept


def from_bytes(kept: bytes) -> Written:
    """Return a draft from what was kept; what a newer version added is left out."""
    said = json.loads(kept)
    known = {name: said[name] for name in Written.__dataclass_fields__ if name in said}
    return Written(**known)


def to_publish(written: Written, author_id: int, *, idempotency_key: str | None) -> Draft:
    """Return what `publish_post` wants of a draft."""
    poll = written.poll
    return Draft(
        author_id=author_id,
        text=written.text,
        spoiler=written.spoiler,
        sensitive=written.sensitive,
        language=written.language,
        audience=Audience(written.audience) if written.audience else None,
        in_reply_to_id=written.reply_to,
        media_ids=tuple(written.media_ids),
        poll=PollDraft(**poll) if poll and not written.kind else None,
        kind=written.kind,
        record=written.record if written.kind else None,
        application=written.application,
        idempotency_key=idempotency_key,
    )


def check_moment(at: datetime, now: datetime) -> None:
    """Refuse a moment that is too near or too far. Raises Invalid."""
    if at < now + SOONEST:
        why = say("must be at least five minutes from now")
        raise Invalid(details={"scheduled_at": [("ERR_INVALID", why)]})
    if at > now + LATEST:
        why = say("must be within twelve months")
        raise Invalid(details={"scheduled_at": [("ERR_INVALID", why)]})
