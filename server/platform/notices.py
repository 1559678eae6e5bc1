"""What a room tells people about: how a notice of its own is named, said and followed.

Mastodon's own types (follow, mention, …) are known to the notifications room; everything else that
somebody should hear of ("your account was approved") is declared here by the room it belongs to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.platform.i18n import Message

About = Mapping[str, Any]
"""The JSON that a notice was given: ids and short words, never what one person wrote another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One kind of notice: its name in settings, its icon, its words and where it leads.

    `text` and `path` get the `about` of `inform`; a path begins with a slash, None leads nowhere.
    They must not raise on an `about` that an older version wrote: such a notice is left out.
    """

    kind: str
    label: Message
    icon: str
    text: Callable[[About], Message]
    path: Callable[[About], str | None]
    # What somebody must hear of in any case (a decision about their account) cannot be hidden.
    is_essential: bool = False
    # Also told by a message of the instance itself, to people who only use a Mastodon client.
    as_message: bool = False
