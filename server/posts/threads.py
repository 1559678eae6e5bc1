"""Fetching posts that are not known here: one that was asked for, what it answers, its answers.

All of it shares one budget per cause, so that no thread can make us fetch without end. Nothing
here runs inside a transaction; each post is stored by a short unit of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select

from activitypub.documents.activity import read_embedded_activity
from activitypub.documents.collection import item_id, read_collection
from activitypub.documents.names import ACTIVITY_TYPES, TOMBSTONE
from activitypub.documents.note import Note, read_note
from activitypub.documents.origin import require_owner_origin
from activitypub.documents.reading import as_object, type_of, types_of
from activitypub.errors import BudgetExhausted, DocumentError, FetchError, Gone
from activitypub.fetching.budget import Budget
from activitypub.fetching.documents import FetchedDocument
from server.federation import remote
from server.federation.actors import is_ours
from server.federation.gone import gone_among
from server.federation.model import Actor
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.work import Reading, Work
from server.posts.model import Post
from server.posts.receiving import Incoming, post_known, receive_delete, receive_post
from server.posts.receiving_edits import receive_edit

FETCH_THREAD: Final = "posts.fetch_thread"
MAX_ANCESTORS: Final = 30
MAX_REPLIES: Final = 40
_MAX_PAGES: Final = 3


async def fetch_post(
    instance: Instance, uri: str, *, budget: Budget, is_backfill: bool = False
) -> int | None:
    """Return the row of a post by its id or the URL of its page, fetched when it is unknown.

    None when it cannot be had, is deleted, private, or no post. The id of an activity leads to its
    object. Nothing of ours is fetched.
    """
    known = await instance.read(post_known, uri)
    if known is not None or is_ours(instance.site, uri):
        return known
    fetched = await _fetched(instance, uri, budget)
    if fetched is None:
        return None
    note = _note(fetched.document)
    if note is None:
        document = fetched.document
        return await _object_of_activity(instance, document, budget, is_backfill=is_backfill)
    author_id = await remote.resolve_actor(instance, note.author, budget=budget)
    if author_id is None:
        return None
    incoming = Incoming(
        note=note,
        author_id=author_id,
        raw=fetched.raw,
        asked=True,
        is_backfill=is_backfill,
    )
    return await instance.work(_keep, incoming)


async def _fetched(instance: Instance, uri: str, budget: Budget) -> FetchedDocument | None:
    if await instance.read(gone_among, [uri]):
        return None
    try:
        return await remote.load_document(instance, uri, budget=budget)
    except (FetchError, DocumentError):
        return None


def _note(document: Mapping[str, object]) -> Note | None:
    try:
        require_owner_origin(document)
        return read_note(document)
    except DocumentError:
        return None


async def _object_of_activity(
    instance: Instance, document: Mapping[str, object], budget: Budget, *, is_backfill: bool
) -> int | None:
    if type_of(document, ACTIVITY_TYPES) not in {"Create", "Update"}:
        return None
    inner = read_embedded_activity(document)
    if inner is None or inner.object_id is None:
        return None
    try:
        deeper = budget.deeper()
    except BudgetExhausted:
        return None
    return await fetch_post(instance, inner.object_id, budget=deeper, is_backfill=is_backfill)


async def look_again(instance: Instance, uri: str, *, budget: Budget) -> None:
    """Take a known post over as its origin has it now; what is gone there goes here as well.

    For whoever tells of a change without being the author, such as a Group of FEP-1b12.
    """
    try:
        fetched = await remote.load_document(instance, uri, budget=budget)
    except Gone:
        await instance.work(_forget, uri)
        return
    except (FetchError, DocumentError):
        return
    if TOMBSTONE in types_of(fetched.document):
        await instance.work(_forget, fetched.id)
        return
    note = _note(fetched.document)
    author_id = None
    if note is not None:
        author_id = await remote.resolve_actor(instance, note.author, budget=budget)
    if note is not None and author_id is not None:
        incoming = Incoming(note=note, author_id=author_id, raw=fetched.raw)
        await instance.work(receive_edit, incoming)


def _forget(w: Work, uri: str) -> None:
    row = w.session.execute(
        select(Actor.id, Actor.uri).join(Post, Post.author_id == Actor.id).where(Post.uri == uri)
    ).first()
    if row is not None:
        receive_delete(w, row.id, row.uri, uri)


def _keep(w: Work, incoming: Incoming) -> int | None:
    post = receive_post(w, incoming)
    return None if post is None else post.id


def want_thread(w: Work, post_id: int) -> None:
    """Have what a post answers, and its answers, fetched later; once while it waits."""
    w.enqueue(
        JobRequest(
            kind=FETCH_THREAD,
            payload={"post": post_id},
            unique_key=f"{FETCH_THREAD}:{post_id}",
        )
    )


async def fetch_thread(instance: Instance, job: Job) -> None:
    """Fetch the thread around a post: 30 posts above, then 40 answers, 30 fetches at most."""
    post_id = int(job.payload["post"])
    budget = Budget()
    await fetch_ancestors(instance, post_id, budget=budget)
    await fetch_replies(instance, post_id, budget=budget)


async def fetch_ancestors(instance: Instance, post_id: int, *, budget: Budget) -> None:
    """Fetch what a post answers, and what that answers, until the beginning or the limit."""
    for _ in range(MAX_ANCESTORS):
        step = await instance.read(_missing_parent, post_id)
        if step is None:
            return
        above, uri = step
        if uri is None:
            post_id = above
            continue
        found = await fetch_post(instance, uri, budget=budget, is_backfill=True)
        if found is None:
            return
        post_id = found


def _missing_parent(r: Reading, post_id: int) -> tuple[int, str | None] | None:
    """Return the known parent, or the address of an unknown one; None at the beginning."""
    row = r.session.execute(
        select(Post.id, Post.in_reply_to_id, Post.in_reply_to_uri).where(Post.id == post_id)
    ).first()
    if row is None or row.in_reply_to_uri is None:
        return None
    if row.in_reply_to_id is not None:
        return row.in_reply_to_id, None
    return row.id, row.in_reply_to_uri


async def fetch_replies(instance: Instance, post_id: int, *, budget: Budget) -> None:
    """Fetch the answers that the origin of a post lists; each is asked of its own origin."""
    uri = await instance.read(_remote_uri, post_id)
    if uri is None:
        return
    document = await remote.fetch_object(instance, uri, budget=budget)
    if document is None:
        return
    for answer in await _listed(instance, document.get("replies"), budget):
        if budget.fetches_left <= 0:
            return
        await fetch_post(instance, answer, budget=budget, is_backfill=True)


def _remote_uri(r: Reading, post_id: int) -> str | None:
    return r.session.scalar(
        select(Post.uri).where(
            Post.id == post_id, Post.is_local.is_(False), Post.boost_of_id.is_(None)
        )
    )


async def _listed(instance: Instance, replies: object, budget: Budget) -> Sequence[str]:
    """Return the ids in a collection of answers: three pages and forty ids at most."""
    found: dict[str, None] = {}
    here: Mapping[str, object] | None = as_object(replies)
    following = replies if isinstance(replies, str) else None
    for _ in range(_MAX_PAGES):
        if here is None and following is not None:
            here = await remote.fetch_object(instance, following, budget=budget)
        if here is None:
            break
        try:
            page = read_collection(here, limit=MAX_REPLIES)
        except DocumentError:
            break
        found |= {uri: None for uri in map(item_id, page.items) if uri is not None}
        here, following = page.first_page, page.next or page.first
        if len(found) >= MAX_REPLIES:
            break
    return [uri for uri in found if not is_ours(instance.site, uri)][:MAX_REPLIES]


async def fetch_for_search(instance: Instance, url: str) -> int | None:
    """Return the row of the post that somebody pasted the address of; its thread follows later."""
    post_id = await fetch_post(instance, url, budget=Budget(), is_backfill=True)
    if post_id is not None:
        await instance.work(want_thread, post_id)
    return post_id
