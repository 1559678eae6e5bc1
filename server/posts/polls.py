"""Voting in polls, both ways, and the end of a poll.

Votes in a poll of ours are counted here and told to other servers as an Update without a new
version. Votes in a poll elsewhere go to its author alone; the counts come back with its Update.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from server.federation.model import Reach
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.relations import OutOfReach, viewer_as
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.jobs.model import JobRequest
from server.platform.work import Work
from server.posts import telling
from server.posts.events import PollEnded
from server.posts.loading import post_row
from server.posts.model import Audience, Poll, Post, Vote
from server.posts.rows import PostRow
from server.posts.sending import reachable, send_update, send_votes

SEND_COUNTS: Final = "posts.send_counts"
_TOGETHER: Final = timedelta(minutes=1)
"""How long votes are gathered before the new counts are told to other servers."""
_MOST_AT_ONCE: Final = 50


def vote(w: Work, person_id: int, post_id: int, choices: Sequence[int]) -> None:
    """Vote in a poll: `choices` are places in its options. A vote cannot be changed.

    Raises NotFound for a poll that the person may not see, Invalid when it is over, it is their
    own, they voted already, or the choices are not possible, OutOfReach when the vote would never
    get to the poll's author.
    """
    person = person_of(w, HOUSE, person_id)
    post, poll = _open_poll(w, person, post_id)
    if post.author.id == person_id:
        raise Invalid(say("Validation failed: You cannot vote in your own poll"))
    if _has_voted(w, person_id, post_id):
        raise Invalid(say("Validation failed: You have already voted on this poll"))
    if not _reaches(w, person, post):
        raise OutOfReach
    wanted = list(dict.fromkeys(choices))
    if not wanted or not all(0 <= choice < len(poll.options) for choice in wanted):
        raise Invalid(say("Validation failed: The chosen vote option does not exist"))
    if len(wanted) > 1 and not poll.multiple:
        raise Invalid(say("Validation failed: Only one option may be chosen"))
    sent = []
    for choice in wanted:
        uri = w.site.url(f"/activities/{w.new_id()}")
        _record(w, person_id, poll, choice, uri)
        sent.append((str(poll.options[choice]["title"]), uri))
    _add_up(w, poll, wanted, voters=1)
    send_votes(w, person, post, sent)
    _tell_counts(w, post)


def receive_vote(w: Work, person_id: int, post_id: int, option: str, uri: str) -> bool:
    """Count a vote that arrived from elsewhere; tell whether it counted.

    One that comes late, twice, for an unknown option, or as a second one in a poll for one choice
    is ignored.
    """
    person = person_of(w, HOUSE, person_id)
    try:
        post, poll = _open_poll(w, person, post_id)
    except (NotFound, Invalid):
        return False
    titles = [one["title"] for one in poll.options]
    voted_before = _has_voted(w, person_id, post_id)
    if not post.is_local or option not in titles or (voted_before and not poll.multiple):
        return False
    choice = titles.index(option)
    if not _record(w, person_id, poll, choice, uri):
        return False
    _add_up(w, poll, [choice], voters=0 if voted_before else 1)
    _tell_counts(w, post)
    return True


def _open_poll(w: Work, person: PersonRow, post_id: int) -> tuple[PostRow, Poll]:
    post = post_row(w, viewer_as(w, person), post_id)
    poll = None
    if post is not None and post.poll is not None:
        poll = w.session.get(Poll, post_id, populate_existing=True, with_for_update=True)
    if post is None or post.poll is None or poll is None:
        raise NotFound
    if post.poll.is_over:
        raise Invalid(say("Validation failed: The poll has already ended"))
    return post, poll


def _reaches(w: Work, person: PersonRow, post: PostRow) -> bool:
    """Say whether a vote may leave for where it is counted."""
    if post.is_local or not person.is_local:
        return True
    return bool(reachable(w, Audience.PUBLIC, Reach(person.reach), [post.author.id]))


def _has_voted(w: Work, person_id: int, post_id: int) -> bool:
    found = select(Vote.choice).where(Vote.post_id == post_id, Vote.person_id == person_id)
    return w.session.scalar(found.limit(1)) is not None


def _record(w: Work, person_id: int, poll: Poll, choice: int, uri: str) -> bool:
    values = {
        "post_id": poll.post_id,
        "person_id": person_id,
        "choice": choice,
        "uri": uri,
        "created_at": w.now,
    }
    return insert_once(w.session, Vote, values)


def _add_up(w: Work, poll: Poll, choices: Sequence[int], *, voters: int) -> None:
    poll.options = [
        {**option, "votes": int(option.get("votes") or 0) + (place in choices)}
        for place, option in enumerate(poll.options)
    ]
    poll.voters_count += voters
    w.session.flush()


def _tell_counts(w: Work, post: PostRow) -> None:
    if post.is_local:
        w.enqueue(
            JobRequest(
                kind=SEND_COUNTS,
                payload={"post": post.id},
                run_at=w.now + _TOGETHER,
                unique_key=f"{SEND_COUNTS}:{post.id}",
            )
        )


def send_counts(w: Work, post_id: int) -> None:
    """Tell other servers how a poll of ours stands."""
    send_update(w, post_id)


def end_polls(w: Work) -> int:
    """End the polls whose time has come, fifty at a time; return how many there were."""
    due = w.session.scalars(
        select(Poll)
        .where(Poll.expires_at <= w.now, Poll.closed_at.is_(None))
        .order_by(Poll.expires_at)
        .limit(_MOST_AT_ONCE)
    ).all()
    for poll in due:
        end_poll(w, poll)
    return len(due)


def end_poll(w: Work, poll: Poll) -> None:
    """End a poll: everybody who voted here and the author hear of it, other servers the result."""
    poll.closed_at = w.now
    w.session.flush()
    post = w.session.get(Post, poll.post_id)
    if post is None:
        return
    if post.is_local:
        send_update(w, post.id)
    telling.tell_poll_ended(w, post)
    w.emit(PollEnded(post.id))
