"""How the end of a session or token becomes known at once, in this process and in others.

The messages of the live hub empty the caches of `visitors` and close open streams; they are
published only once the end is durable.
"""

from collections.abc import Sequence
from typing import Final

from server.access.events import TokensRevoked
from server.platform.live import LiveMessage
from server.platform.work import Work

ENDED: Final = "access:ended"
"""The channel on which every end is announced."""


def announce_session_end(w: Work, session_ids: Sequence[int]) -> None:
    """Tell that sessions ended or changed."""
    _publish(w, [f"session:{session_id}" for session_id in session_ids])


def announce_token_end(w: Work, token_ids: Sequence[int]) -> None:
    """Tell that tokens ended; streams that were opened with one listen on `token:ID`."""
    if token_ids:
        w.emit(TokensRevoked(tuple(token_ids)))
        _publish(w, [f"token:{token_id}" for token_id in token_ids])


def announce_change(w: Work) -> None:
    """Tell that rights changed in a way that touches nobody in particular."""
    _publish(w, [])


def _publish(w: Work, channels: Sequence[str]) -> None:
    hub = w.live
    told = [*channels, ENDED]
    w.after_commit(lambda: hub.publish(told, LiveMessage("revoked", 0)))
