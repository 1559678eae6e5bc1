"""Filter, FilterKeyword, FilterStatus, FilterResult, and V1::Filter."""

from collections.abc import Iterable

from server.mastodon.entities.scene import Entity, moment_or_none
from server.timelines.filters.rules import Filter, Keyword, Match, SinglePost


def filter_entity(found: Filter) -> Entity:
    """Return the Filter entity with everything in it."""
    return {
        **_outside(found),
        "keywords": [keyword_entity(one) for one in found.keywords],
        "statuses": [filtered_status(one) for one in found.posts],
    }


def _outside(found: Filter) -> Entity:
    return {
        "id": str(found.id),
        "title": found.title,
        "context": list(found.contexts),
        "expires_at": moment_or_none(found.expires_at),
        "filter_action": found.action,
    }


def keyword_entity(one: Keyword) -> Entity:
    """Return the FilterKeyword entity."""
    return {"id": str(one.id), "keyword": one.keyword, "whole_word": one.whole_word}


def filtered_status(one: SinglePost) -> Entity:
    """Return the FilterStatus entity."""
    return {"id": str(one.id), "status_id": str(one.post_id)}


def filter_results(matches: Iterable[Match]) -> list[Entity]:
    """Return the FilterResult entities of a status."""
    return [
        {
            "filter": _outside(one.filter),
            "keyword_matches": list(one.keywords) or None,
            "status_matches": [str(post_id) for post_id in one.posts] or None,
        }
        for one in matches
    ]


def v1_filter(found: Filter, one: Keyword) -> Entity:
    """Return the V1::Filter entity: each keyword is a filter there."""
    return {
        "id": str(one.id),
        "phrase": one.keyword,
        "context": list(found.contexts),
        "whole_word": one.whole_word,
        "expires_at": moment_or_none(found.expires_at),
        "irreversible": found.action == "hide",
    }
