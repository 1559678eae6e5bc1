"""Who may quote, reply to, like or boost a post, and what a post quotes.

Policies are those of GoToSocial and FEP-044f; quotes are only detected, whether one is approved
is for the receiver to find out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from activitypub.documents.links import tags_of
from activitypub.documents.reading import as_object, audience_of, ids_of

_QUOTE_PROPERTIES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
_MAX_QUOTES = 5


@dataclass(frozen=True, slots=True)
class Permission:
    """Actors or collections whose interaction is approved at once, or after a decision."""

    automatic: tuple[str, ...]
    manual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InteractionPolicy:
    """What an author permits; None where the policy says nothing about it."""

    can_quote: Permission | None
    can_reply: Permission | None
    can_like: Permission | None
    can_announce: Permission | None


def interaction_policy_of(value: object) -> InteractionPolicy | None:
    """Return the interaction policy of a post, or None when it has none."""
    policy = as_object(value)
    if policy is None:
        return None
    return InteractionPolicy(
        can_quote=_permission(policy.get("canQuote")),
        can_reply=_permission(policy.get("canReply")),
        can_like=_permission(policy.get("canLike")),
        can_announce=_permission(policy.get("canAnnounce")),
    )


def _permission(value: object) -> Permission | None:
    """GoToSocial called the two lists `always` and `approvalRequired` before 0.19."""
    fields = as_object(value)
    if fields is None:
        return None
    return Permission(
        automatic=audience_of(fields.get("automaticApproval", fields.get("always"))),
        manual=audience_of(fields.get("manualApproval", fields.get("approvalRequired"))),
    )


def quotes_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Return the ids of quoted posts, each once, at most five.

    From `quote` (FEP-044f), `quoteUrl`, `quoteUri`, `_misskey_quote`, and links among the tags
    (FEP-e232).
    """
    found = [ident for name in _QUOTE_PROPERTIES for ident in ids_of(document.get(name), limit=2)]
    found += [link.href for link in tags_of(document.get("tag")).objects]
    return tuple(dict.fromkeys(found))[:_MAX_QUOTES]
