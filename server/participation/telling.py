"""Telling people of this instance what became of their place or their hand: a notice each.

People elsewhere hear by the wire (`answers`). The words of the notices are declared in `feature`.
"""

from typing import Final

from server.notifications.service import inform
from server.platform.work import Work
from server.posts.model import Post

PLACE_GIVEN: Final = "place_given"
PLACE_REFUSED: Final = "place_refused"
PLACE_ASKED: Final = "place_asked"
EVENT_CANCELLED: Final = "event_cancelled"
HAND_RAISED: Final = "hand_raised"
HAND_ANSWERED: Final = "hand_answered"


def tell(w: Work, person_id: int, kind: str, post: Post) -> None:
    """Tell somebody here something about an event or a vacancy; the title says which."""
    about = {"post": str(post.id), "title": post.title or "", "path": _path(w, post)}
    inform(w, person_id, kind, about)


def _path(w: Work, post: Post) -> str:
    return post.url.removeprefix(w.site.base_url)
