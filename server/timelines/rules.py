"""Which post belongs into which home timeline: the decision in words; `service` has it in SQL.

A home holds what the people one follows publish: their own posts, their boosts where one wants to
see boosts, and their replies to somebody one follows too or to oneself. Muted and blocked people's
posts, and boosts of them, stay out.
"""

from dataclasses import dataclass

HOME_LENGTH = 800
HASHTAG_CHANNEL = "hashtag"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCase:
    """What one person has to do with one post."""

    follows_author: bool
    is_author: bool = False
    is_boost: bool = False
    wants_boosts: bool = True
    is_reply: bool = False
    is_reply_to_self: bool = False
    follows_replied: bool = False
    is_replied: bool = False
    is_separated: bool = False


def belongs_home(case: HomeCase) -> bool:
    """Say whether the post belongs into the person's home."""
    if case.is_author:
        return True
    if not case.follows_author or case.is_separated:
        return False
    if case.is_boost:
        return case.wants_boosts
    if case.is_reply:
        return case.is_reply_to_self or case.follows_replied or case.is_replied
    return True


def channels_of(
    *, audience: str, is_local: bool, is_boost: bool, is_reply: bool, has_media: bool
) -> list[str]:
    """Return the public live channels that a post is told on, besides its hashtags."""
    if audience != "public" or is_boost or is_reply:
        return []
    side = "public:local" if is_local else "public:remote"
    names = ["public", side]
    return names + [f"{name}:media" for name in names] if has_media else names
