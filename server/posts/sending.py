"""What other servers are told about posts: one function for each thing that happened.

Whom it goes to follows from the post's audience by `rules.may_deliver_to`, and is bounded once
more by the outbox (reach, blocked hosts, partners mode). Nothing is sent for posts that stay here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activitypub.documents import building
from activitypub.documents.building import Envelope
from activitypub.documents.jsonbytes import JsonObject
from server.federation import hosts, outbox
from server.federation.model import Reach
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import HOUSE, place_of_policy
from server.platform.work import Reading, Work
from server.posts.documents import addressees, document_of, nameable, object_type
from server.posts.loading import post_row
from server.posts.model import Audience, Post
from server.posts.rows import PostRow
from server.posts.rules import leaves_home, may_deliver_to

FOLLOWERS = "followers"
PARTNER_FOLLOWERS = "partner_followers"
PARTNERS = "partners"
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """Where everything about one post goes."""

    actors: tuple[int, ...]
    groups: tuple[tuple[str, int], ...]
    personal: bool
    proof: bool


def create_uri(post_uri: str) -> str:
    """Return the id of the Create of a post, under which it can be fetched."""
    return f"{post_uri}/activity"


def send_create(w: Work, post_id: int) -> None:
    """Tell other servers of a new post."""
    post = _own(w, post_id)
    if post is None:
        return
    route = _route(w, post)
    activity = building.create_of(
        document_of(w, post), activity_id=create_uri(post.uri), will_be_proved=route.proof
    )
    _send(w, post, activity, route)


def send_update(w: Work, post_id: int) -> None:
    """Tell everybody who got a post what it is now: its text, its state, the counts of its poll."""
    post = _own(w, post_id)
    if post is None:
        return
    route = _route(w, post)
    document = document_of(w, post)
    envelope = Envelope(
        id=outbox.activity_uri(w),
        actor=post.author.uri,
        to=_texts(document, "to"),
        cc=_texts(document, "cc"),
        published=w.now,
        will_be_proved=route.proof,
    )
    _send(w, post, building.update_of(document, envelope), route, to_hosts_of=post.uri)


def _texts(document: JsonObject, name: str) -> tuple[str, ...]:
    value = document.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def send_delete(w: Work, post_id: int) -> None:
    """Tell everybody who got a post, and its followers, that it is gone (GDPR art. 17 and 19)."""
    post = _own(w, post_id, even_at_home=True)
    if post is None:
        return
    route = _route(w, post)
    to, cc = addressees(w.site, post, [one.uri for one in nameable(w, post)])
    envelope = Envelope(
        id=outbox.activity_uri(w),
        actor=post.author.uri,
        to=to,
        cc=cc,
        published=w.now,
        will_be_proved=route.proof,
    )
    activity = building.delete_of(post.uri, envelope, former_type=object_type(post))
    _send(w, post, activity, route, to_hosts_of=post.uri)


def send_announce(w: Work, boost_id: int) -> None:
    """Tell other servers of a boost by somebody here."""
    boost = _own(w, boost_id)
    if boost is None or boost.boost_of is None:
        return
    _send(w, boost, announce_document(w, boost), _boost_route(w, boost, boost.boost_of))


def announce_document(r: Reading, boost: PostRow) -> JsonObject:
    """Return the Announce that a boost of somebody here is."""
    return building.announce_of(_boosted_uri(boost), announce_envelope(r, boost))


def announce_envelope(r: Reading, boost: PostRow) -> Envelope:
    """Return the addressing of a boost: its own audience, and the author of what it shows."""
    original = boost.boost_of
    named = [original.author.uri] if original and not original.author.is_local else []
    to, cc = addressees(r.site, boost, named)
    return Envelope(
        id=boost.uri, actor=boost.author.uri, to=to, cc=cc, published=boost.published_at
    )


def _boosted_uri(boost: PostRow) -> str:
    return boost.boost_of.uri if boost.boost_of else boost.uri


def send_undo_announce(w: Work, boost_id: int) -> None:
    """Tell everybody who heard of a boost that it is taken back."""
    boost = _own(w, boost_id, even_at_home=True)
    if boost is None or boost.boost_of is None:
        return
    made = announce_envelope(w, boost)
    envelope = Envelope(id=outbox.activity_uri(w), actor=made.actor, to=made.to, cc=made.cc)
    undo = building.undo_of(building.announce_of(_boosted_uri(boost), made), envelope)
    route = _boost_route(w, boost, boost.boost_of)
    _send(w, boost, undo, route, to_hosts_of=boost.uri)


def send_like(w: Work, person: PersonRow, post: PostRow, uri: str) -> None:
    """Tell the author of a post elsewhere that somebody here likes it."""
    if _between(person, post):
        _send_to_author(w, person, post, building.like_of(post.uri, _like(person, post, uri)))


def send_undo_like(w: Work, person: PersonRow, post: PostRow, uri: str) -> None:
    """Tell the author of a post elsewhere that a like is taken back."""
    if _between(person, post):
        envelope = Envelope(id=outbox.activity_uri(w), actor=person.uri, to=(post.author.uri,))
        undo = building.undo_of(building.like_of(post.uri, _like(person, post, uri)), envelope)
        _send_to_author(w, person, post, undo)


def _like(person: PersonRow, post: PostRow, uri: str) -> Envelope:
    return Envelope(id=uri, actor=person.uri, to=(post.author.uri,))


def _between(person: PersonRow, post: PostRow) -> bool:
    return person.is_local and not post.author.is_local


def send_votes(w: Work, person: PersonRow, post: PostRow, votes: Sequence[tuple[str, str]]) -> None:
    """Send somebody's choices, as (option, id of the vote), to the author of a poll and nobody."""
    if not _between(person, post):
        return
    for option, vote_uri in votes:
        envelope = Envelope(
            id=f"{vote_uri}/activity", actor=person.uri, to=(post.author.uri,), published=w.now
        )
        vote = building.vote_of(option, envelope, vote_id=vote_uri, question=post.uri)
        _send_to_author(w, person, post, vote)


def send_featured(w: Work, person: PersonRow, post: PostRow, *, is_pinned: bool) -> None:
    """Tell followers elsewhere that a post joined or left the featured collection."""
    if not person.is_local or post.held is not None:
        return
    if not leaves_home(post.audience, Reach(person.reach)):
        return
    to, cc = addressees(w.site, post, [])
    envelope = Envelope(id=outbox.activity_uri(w), actor=person.uri, to=to, cc=cc)
    featured = person.featured or f"{person.uri}/featured"
    build = building.add_of if is_pinned else building.remove_of
    _send(w, post, build(post.uri, envelope, target=featured), _route(w, post))


def _send_to_author(w: Work, person: PersonRow, post: PostRow, activity: JsonObject) -> None:
    outbox.send(
        w,
        actor_id=person.id,
        activity=activity,
        object_uri=post.uri,
        to_actors=[post.author.id],
        personal=True,
    )


def _own(w: Work, post_id: int, *, even_at_home: bool = False) -> PostRow | None:
    """Return a post of this instance that may travel; with `even_at_home` one that once did."""
    post = post_row(w, HOUSE, post_id)
    if post is None or not post.is_local or post.held is not None:
        return None
    travels = leaves_home(post.audience, Reach(post.author.reach))
    return post if travels or even_at_home else None


def _send(
    w: Work, post: PostRow, activity: JsonObject, route: _Route, *, to_hosts_of: str | None = None
) -> None:
    outbox.send(
        w,
        actor_id=post.author.id,
        activity=activity,
        object_uri=post.uri,
        to_actors=route.actors,
        to_groups=route.groups,
        to_hosts_of=to_hosts_of,
        personal=route.personal,
        proof=route.proof,
    )


def _route(w: Work, post: PostRow) -> _Route:
    people = [one.person_id for one in post.mentions]
    if post.in_reply_to_person_id is not None and post.audience != Audience.DIRECT:
        people.append(post.in_reply_to_person_id)
    is_public = post.audience in {Audience.PUBLIC, Audience.UNLISTED}
    return _Route(
        actors=tuple(reachable(w, post.audience, Reach(post.author.reach), people)),
        groups=_groups(post),
        personal=post.audience == Audience.DIRECT,
        proof=is_public and post.author.reach == Reach.FEDIVERSE,
    )


def _boost_route(w: Work, boost: PostRow, original: PostRow) -> _Route:
    author = [] if original.author.is_local else [original.author.id]
    return _Route(
        actors=tuple(reachable(w, boost.audience, Reach(boost.author.reach), author)),
        groups=_groups(boost),
        personal=False,
        proof=boost.audience in {Audience.PUBLIC, Audience.UNLISTED},
    )


def _groups(post: PostRow) -> tuple[tuple[str, int], ...]:
    match post.audience:
        case Audience.PUBLIC | Audience.UNLISTED | Audience.FOLLOWERS:
            return ((FOLLOWERS, post.author.id),)
        case Audience.PARTNERS:
            return ((PARTNER_FOLLOWERS, post.author.id), (PARTNERS, post.author.id))
        case Audience.MEMBERS | Audience.DIRECT:
            return ()


def reachable(w: Work, audience: Audience, reach: Reach, people: Iterable[int]) -> list[int]:
    """Return those of the people elsewhere to whom a post of this audience may be sent."""
    elsewhere = [one for one in people_by_ids(w, HOUSE, people).values() if not one.is_local]
    policies = hosts.policies_for(w, [one.host for one in elsewhere])
    return [
        one.id
        for one in elsewhere
        if may_deliver_to(place_of_policy(policies.of(one.host)), audience, reach)
    ]


def later_than(w: Work, post: Post) -> datetime:
    """Return the moment of an edit: in whole seconds later than every version before it.

    Mastodon takes an Update whose `updated` did not grow for a refresh of counters.
    """
    before = post.edited_at or post.published_at
    return max(w.now, before + _ONE_SECOND)
