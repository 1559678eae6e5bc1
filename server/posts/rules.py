"""Pure decisions about posts: who may see one, where one may be delivered, how wide a reply may be.

The three tables below are the only place that says what an audience means. `visibility` writes them
as SQL, `sending` asks them where a post goes, and a test walks every viewer, audience, reach and
relation through both. Nothing here touches a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.federation.model import Reach
from server.people.rules import Place, within_reach
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.posts.model import Audience, PostState

MAX_CHARACTERS: Final = 5_000
MAX_MEDIA: Final = 4
MIN_OPTIONS: Final = 2
MAX_OPTIONS: Final = 8
MAX_OPTION_CHARACTERS: Final = 100
MIN_POLL_SECONDS: Final = 5 * 60
MAX_POLL_SECONDS: Final = 31 * 24 * 60 * 60
MAX_PINS: Final = 5
MAX_MENTIONS: Final = 50
MAX_TAGS: Final = 50
URL_CHARACTERS: Final = 23
"""What an address counts for, however long it is (`characters_reserved_per_url`)."""
RETENTION: Final = timedelta(days=30)
"""How long a post of a kind stays after it closed, before its Delete follows."""
REMOTE_KEPT: Final = timedelta(days=90)
"""How long a post from elsewhere stays that nobody here has to do with."""

_EVERYWHERE: Final = frozenset(Place)
_KNOWN: Final = frozenset({Place.LOCAL, Place.PARTNER, Place.FEDIVERSE})
_AGREED: Final = frozenset({Place.LOCAL, Place.PARTNER})
_HERE: Final = frozenset({Place.LOCAL})
_NOWHERE: Final[frozenset[Place]] = frozenset()

OPEN_IN: Final[Mapping[Audience, frozenset[Place]]] = {
    Audience.PUBLIC: _EVERYWHERE,
    Audience.UNLISTED: _EVERYWHERE,
    Audience.FOLLOWERS: _NOWHERE,
    Audience.PARTNERS: _AGREED,
    Audience.MEMBERS: _HERE,
    Audience.DIRECT: _NOWHERE,
}
"""Where everybody sees a post of this audience."""

FOLLOWED_FROM: Final[Mapping[Audience, frozenset[Place]]] = {
    Audience.PUBLIC: _KNOWN,
    Audience.UNLISTED: _KNOWN,
    Audience.FOLLOWERS: _KNOWN,
    Audience.PARTNERS: _AGREED,
    Audience.MEMBERS: _HERE,
    Audience.DIRECT: _NOWHERE,
}
"""From where an accepted follower sees it."""

NAMED_IN: Final[Mapping[Audience, frozenset[Place]]] = {
    Audience.PUBLIC: _KNOWN,
    Audience.UNLISTED: _KNOWN,
    Audience.FOLLOWERS: _KNOWN,
    Audience.PARTNERS: _AGREED,
    Audience.MEMBERS: _HERE,
    Audience.DIRECT: _KNOWN,
}
"""From where somebody sees it who is named in it."""

_WIDTH: Final[Mapping[Audience, int]] = {
    Audience.PUBLIC: 5,
    Audience.UNLISTED: 4,
    Audience.PARTNERS: 3,
    Audience.MEMBERS: 2,
    Audience.FOLLOWERS: 1,
    Audience.DIRECT: 0,
}

_SHOWN_AS: Final[Mapping[Audience, str]] = {
    Audience.PUBLIC: "public",
    Audience.UNLISTED: "unlisted",
    Audience.FOLLOWERS: "private",
    Audience.PARTNERS: "private",
    Audience.MEMBERS: "private",
    Audience.DIRECT: "direct",
}

_ASKED: Final[Mapping[str, Audience]] = {
    "public": Audience.PUBLIC,
    "unlisted": Audience.UNLISTED,
    "private": Audience.FOLLOWERS,
    "followers": Audience.FOLLOWERS,
    "partners": Audience.PARTNERS,
    "members": Audience.MEMBERS,
    "direct": Audience.DIRECT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How a viewer stands to a post: the facts that the rule asks for, nothing else."""

    is_author: bool = False
    follows_author: bool = False
    is_named: bool = False
    blocked_either_way: bool = False


def may_see(
    place: Place,
    audience: Audience,
    reach: Reach,
    relation: Relation,
    *,
    author_hidden: bool,
    held: bool = False,
) -> bool:
    """Decide whether somebody at `place` may see a post that is not a boost.

    `author_hidden` means suspended or gone, `held` that a moderator has not let it through: then it
    is its author's alone (moderators look as the server does). A boost is seen by whoever may see
    both the boost and what it boosts. The server itself sees everything.
    """
    if place is Place.HOUSE:
        return True
    if author_hidden:
        return False
    if relation.is_author:
        return True
    if held or relation.blocked_either_way or not within_reach(place, reach):
        return False
    return (
        place in OPEN_IN[audience]
        or (relation.follows_author and place in FOLLOWED_FROM[audience])
        or (relation.is_named and place in NAMED_IN[audience])
    )


def may_deliver_to(place: Place, audience: Audience, reach: Reach) -> bool:
    """Decide whether a post may be sent to somebody at `place` at all, from the same tables."""
    allowed = OPEN_IN[audience] | FOLLOWED_FROM[audience] | NAMED_IN[audience]
    return place in allowed and within_reach(place, reach)


def leaves_home(audience: Audience, reach: Reach) -> bool:
    """Say whether a post of this audience by an author of this reach may go anywhere else."""
    return any(may_deliver_to(place, audience, reach) for place in (Place.PARTNER, Place.FEDIVERSE))


def capped(audience: Audience, reach: Reach) -> Audience:
    """Return the widest audience that the author's reach allows, at most the one asked for.

    Followers and direct stay as they are: they are narrower, and reach bounds them when read.
    """
    if audience in {Audience.FOLLOWERS, Audience.DIRECT}:
        return audience
    widest = {Reach.HOME: Audience.MEMBERS, Reach.PARTNERS: Audience.PARTNERS}.get(reach)
    return audience if widest is None else narrower(audience, widest)


def narrower(one: Audience, other: Audience) -> Audience:
    """Return the narrower of two audiences."""
    return one if _WIDTH[one] <= _WIDTH[other] else other


def reply_audience(asked: Audience, parent: Audience) -> Audience:
    """Return the audience of a reply: never wider than what it answers.

    An answer to a post for followers goes to the answerer's own followers. An answer inside a
    closed round (members, partners) stays in the round even when followers were asked for, since
    followers may live anywhere.
    """
    if Audience.DIRECT in {asked, parent}:
        return Audience.DIRECT
    if parent in {Audience.MEMBERS, Audience.PARTNERS} and asked == Audience.FOLLOWERS:
        return parent
    return narrower(asked, parent)


def boost_audience(asked: Audience, original: Audience) -> Audience:
    """Return the audience of a boost: never wider than the post it shows, never direct."""
    return reply_audience(Audience.FOLLOWERS if asked == Audience.DIRECT else asked, original)


def may_boost(audience: Audience, *, is_author: bool) -> bool:
    """Decide whether somebody who sees a post may boost it: never past the author's choice."""
    if audience == Audience.DIRECT:
        return False
    return is_author or audience != Audience.FOLLOWERS


def mastodon_visibility(audience: Audience) -> str:
    """Return the word that Mastodon's API has for an audience."""
    return _SHOWN_AS[audience]


def audience_asked(visibility: str, *, local_only: bool = False) -> Audience:
    """Return the audience a client asks for; our own words are understood too.

    `local_only` makes members of everything but direct. Raises Invalid for an unknown word.
    """
    audience = _ASKED.get(visibility)
    if audience is None:
        raise Invalid(details={"visibility": [("ERR_INCLUSION", say("is not a known value"))]})
    if local_only and audience != Audience.DIRECT:
        return Audience.MEMBERS
    return audience


def is_listed(audience: Audience) -> bool:
    """Say whether a post of this audience counts on a profile and may be pinned."""
    return audience != Audience.DIRECT


def is_closed(state: PostState | None, closes_at: datetime | None, now: datetime) -> bool:
    """Say whether a study, vacancy, event, project or tool is over, whatever its origin tells.

    We act on the closing moment ourselves, even when the author's instance stays silent.
    """
    if state is not None and state != PostState.OPEN:
        return True
    return closes_at is not None and closes_at <= now
