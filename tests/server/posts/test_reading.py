"""Reading posts: constant numbers of statements, paging, threads, boards, search, versions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from server.federation.model import Reach
from server.people import relations
from server.people.model import PersonKind
from server.people.rules import HOUSE, Viewer
from server.platform.errors import NotFound
from server.platform.http.paging import Page, Slice
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts import boards, polls, queries, reactions_to
from server.posts.loading import post_rows
from server.posts.model import Audience, PostState
from server.posts.service import close_post
from server.posts.tags import search_tags
from tests.support.people import make_person, make_remote
from tests.support.posts import (
    create,
    follow,
    hear,
    make_picture,
    make_poll,
    make_post,
    make_vacancy,
    remote_note,
)

ANYBODY = Viewer()


async def statements(instance: Instance, read: Callable[..., Any], *asked: Any) -> int:
    """Return how many statements a query takes."""
    count = 0

    def one(*_: Any) -> None:
        nonlocal count
        count += 1

    def unit(r: Reading) -> None:
        connection = r.session.connection()
        event.listen(connection, "before_cursor_execute", one)
        try:
            read(r, *asked)
        finally:
            event.remove(connection, "before_cursor_execute", one)

    await instance.read(unit)
    return count


async def _mixed(instance: Instance, author_id: int, other_id: int) -> list[int]:
    """Make one post of each sort, with reactions by somebody else; newest last."""
    picture = await make_picture(instance, author_id)
    plain = await make_post(instance, author_id, "@bob #tag", media_ids=[picture])
    poll = await make_poll(instance, author_id)
    vacancy = await make_vacancy(instance, author_id)
    await instance.work(polls.vote, other_id, poll.id, [0])
    await instance.work(reactions_to.like, other_id, plain.id)
    await instance.work(reactions_to.bookmark, other_id, vacancy.id)
    boost = await instance.work(reactions_to.boost, other_id, plain.id)
    return [plain.id, poll.id, vacancy.id, boost.id]


async def test_a_page_takes_the_same_statements_however_many_posts(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    few = await _mixed(instance, ann.id, bob.id)
    many = [
        *few,
        *(await _mixed(instance, ann.id, bob.id)),
        *(await _mixed(instance, bob.id, ann.id)),
    ]
    viewer = Viewer.member(bob.id)

    small = await statements(instance, post_rows, viewer, few)
    large = await statements(instance, post_rows, viewer, many)

    assert small == large == 7
    rows = await instance.read(post_rows, viewer, many)
    assert [row.id for row in rows] == many


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("account", 8),
        ("search", 8),
        ("context", 10),
        ("liked_by", 2),
        ("boosted_by", 2),
        ("liked", 8),
        ("bookmarked", 8),
    ],
)
async def test_lists_stay_within_their_statements(instance: Instance, name: str, most: int) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    for _ in range(3):
        ids = await _mixed(instance, ann.id, bob.id)
        await make_post(instance, bob.id, "@ann yes", in_reply_to_id=ids[0])
    viewer, page = Viewer.member(bob.id), Page(limit=20)
    lists: dict[str, tuple[Any, ...]] = {
        "account": (queries.account_posts, viewer, ann.id, page),
        "search": (boards.search_posts, viewer, "ostend", Slice(limit=20)),
        "context": (queries.context, viewer, ids[0]),
        "liked_by": (queries.liked_by, viewer, ids[0], page),
        "boosted_by": (queries.boosted_by, viewer, ids[0], page),
        "liked": (queries.liked_posts, viewer, page),
        "bookmarked": (queries.bookmarked_posts, viewer, page),
    }
    read, *asked = lists[name]

    assert await statements(instance, read, *asked) <= most
    assert await instance.read(read, *asked)


async def test_pages_follow_each_other_both_ways(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    ids = [(await make_post(instance, ann.id, str(number))).id for number in range(5)]

    async def page(**asked: int) -> list[int]:
        rows = await instance.read(queries.account_posts, ANYBODY, ann.id, Page(limit=2, **asked))
        return [row.id for row in rows]

    assert await page() == [ids[4], ids[3]]
    assert await page(max_id=ids[3]) == [ids[2], ids[1]]
    assert await page(since_id=ids[0]) == [ids[4], ids[3]]
    assert await page(min_id=ids[0]) == [ids[2], ids[1]]
    assert await page(min_id=ids[4]) == []


async def test_an_account_can_be_filtered(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    plain = await make_post(instance, ann.id, "a #Blue")
    other = await make_post(instance, bob.id, "b")
    reply = await make_post(instance, ann.id, "c", in_reply_to_id=other.id)
    own = await make_post(instance, ann.id, "d", in_reply_to_id=plain.id)
    picture = await make_picture(instance, ann.id)
    seen = await make_post(instance, ann.id, "e", media_ids=[picture])
    boost = await instance.work(reactions_to.boost, ann.id, other.id)

    async def ids(**wishes: Any) -> list[int]:
        rows = await instance.read(queries.account_posts, ANYBODY, ann.id, Page(limit=20), **wishes)
        return [row.id for row in rows]

    assert await ids() == [boost.id, seen.id, own.id, reply.id, plain.id]
    assert await ids(exclude_replies=True) == [boost.id, seen.id, own.id, plain.id]
    assert await ids(exclude_reblogs=True) == [seen.id, own.id, reply.id, plain.id]
    assert await ids(only_media=True) == [seen.id]
    assert await ids(tagged="blue") == [plain.id]


async def test_remote_pictures_count_as_media(instance: Instance) -> None:
    ann, rob = await make_person(instance, "ann"), await make_remote(instance)
    await follow(instance, ann.id, rob.id)
    author = "https://far.example/users/rob"
    picture = {"type": "Image", "mediaType": "image/png", "url": "https://far.example/p.png"}
    await hear(instance, create(remote_note(author, 1)))
    await hear(instance, create(remote_note(author, 2, attachment=[picture])))

    rows = await instance.read(
        queries.account_posts, ANYBODY, rob.id, Page(limit=20), only_media=True
    )

    assert [row.uri for row in rows] == ["https://far.example/notes/2"]


async def test_a_thread_is_a_line_above_and_a_tree_below(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    top = await make_post(instance, ann.id, "0")
    middle = await make_post(instance, bob.id, "1", in_reply_to_id=top.id)
    first = await make_post(instance, ann.id, "2", in_reply_to_id=middle.id)
    second = await make_post(instance, ann.id, "3", in_reply_to_id=middle.id)
    below = await make_post(instance, bob.id, "4", in_reply_to_id=first.id)
    hidden = await make_post(
        instance, bob.id, "5", in_reply_to_id=first.id, audience=Audience.FOLLOWERS
    )

    thread = await instance.read(queries.context, Viewer.member(ann.id), middle.id)

    assert [row.id for row in thread.ancestors] == [top.id]
    assert [row.id for row in thread.descendants] == [first.id, below.id, second.id]
    whole = await instance.read(queries.context, Viewer.member(bob.id), middle.id)
    assert hidden.id in [row.id for row in whole.descendants]


@pytest.mark.parametrize("name", ["post", "context", "liked_by", "boosted_by", "revisions"])
async def test_side_doors_are_closed_too(instance: Instance, name: str) -> None:
    from server.posts.history import revisions

    ann, eve = await make_person(instance, "ann"), await make_person(instance, "eve")
    post = await make_post(instance, ann.id, audience=Audience.FOLLOWERS)
    page = Page(limit=20)
    doors: dict[str, tuple[Any, ...]] = {
        "post": (queries.post, post.id),
        "context": (queries.context, post.id),
        "liked_by": (queries.liked_by, post.id, page),
        "boosted_by": (queries.boosted_by, post.id, page),
        "revisions": (revisions, post.id),
    }
    read, *rest = doors[name]

    for viewer in (Viewer.member(eve.id), ANYBODY):
        with pytest.raises(NotFound):
            await instance.read(read, viewer, *rest)
    await instance.read(read, Viewer.member(ann.id), *rest)


async def test_who_liked_leaves_out_who_may_not_be_seen(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    shy = await make_person(instance, "shy", reach=Reach.HOME)
    post = await make_post(instance, ann.id)
    for person in (bob, shy):
        await instance.work(reactions_to.like, person.id, post.id)
        await instance.work(reactions_to.boost, person.id, post.id)
    page = Page(limit=20)

    async def names(read: Any, viewer: Viewer) -> list[str]:
        found = await instance.read(read, viewer, post.id, page)
        return [one.person.username for one in found]

    assert await names(queries.liked_by, ANYBODY) == ["bob"]
    assert await names(queries.boosted_by, ANYBODY) == ["bob"]
    assert await names(queries.liked_by, Viewer.member(ann.id)) == ["shy", "bob"]


async def test_what_is_open_is_counted_by_kind(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    await make_vacancy(instance, ann.id, title="Nurse")
    await make_vacancy(instance, ann.id, title="Cook")
    filled = await make_vacancy(instance, ann.id, title="Gone")
    await instance.work(close_post, ann.id, filled.id, PostState.FILLED)
    await make_vacancy(instance, ann.id, audience=Audience.MEMBERS)
    assert await instance.read(boards.board_counts, ANYBODY) == {"vacancy": 2}
    assert await instance.read(boards.board_counts, Viewer.member(ann.id)) == {"vacancy": 3}
    instance.clock.move(timedelta(days=31))  # type: ignore[attr-defined]  # the set clock
    assert await instance.read(boards.board_counts, ANYBODY) == {}


async def test_search_finds_only_what_may_be_seen_and_found(instance: Instance) -> None:
    # A talent is not to be found by search engines unless they say so, an employer is.
    ann = await make_person(instance, "ann", kind=PersonKind.TALENT)
    bob = await make_person(instance, "bob")
    rob = await make_remote(instance)
    eve = await make_remote(instance, "eve", "far.example", indexable=True)
    for other in (rob, eve):
        await follow(instance, ann.id, other.id)
    await make_post(instance, ann.id, "Harbour 100% wind")
    await make_post(instance, ann.id, "harbour secret", audience=Audience.FOLLOWERS)
    await hear(instance, create(remote_note("https://far.example/users/rob", 1, "harbour rob")))
    await hear(instance, create(remote_note("https://far.example/users/eve", 2, "harbour eve")))

    async def texts(viewer: Viewer, text: str, **wishes: Any) -> list[str]:
        rows = await instance.read(boards.search_posts, viewer, text, Slice(limit=20), **wishes)
        return sorted(row.content for row in rows)

    assert await texts(ANYBODY, "HARBOUR") == ["<p>harbour eve</p>"]
    assert await texts(Viewer.member(bob.id), "harbour") == [
        "<p>Harbour 100% wind</p>",
        "<p>harbour eve</p>",
    ]
    assert await texts(Viewer.member(bob.id), "0%") == ["<p>Harbour 100% wind</p>"]
    assert await texts(Viewer.member(bob.id), "0%w") == []
    assert await texts(Viewer.member(bob.id), "  ") == []
    assert await texts(Viewer.member(bob.id), "harbour", author_id=rob.id) == []


async def test_tags_are_found_by_their_beginning(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    await make_post(instance, ann.id, "#Blue #bluebell")
    await make_post(instance, ann.id, "#blue")
    await make_post(instance, ann.id, "#blueprint", audience=Audience.FOLLOWERS)

    found = await instance.read(search_tags, ANYBODY, "#BLU", Slice(limit=20))

    assert found == ["blue", "bluebell"]


async def test_a_post_is_found_by_its_addresses(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post = await make_post(instance, ann.id)
    hidden = await make_post(instance, ann.id, audience=Audience.MEMBERS)

    for uri in (post.uri, post.url):
        row = await instance.read(queries.post_by_uri, ANYBODY, uri)
        assert row is not None
        assert row.id == post.id
    assert await instance.read(queries.post_by_uri, ANYBODY, hidden.uri) is None
    assert await instance.read(queries.post_by_uri, HOUSE, "https://ours.example/x") is None


async def test_a_block_hides_posts_both_ways(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    by_ann, by_bob = await make_post(instance, ann.id), await make_post(instance, bob.id)

    await instance.work(relations.block, ann.id, bob.id)

    assert await instance.read(post_rows, Viewer.member(bob.id), [by_ann.id]) == []
    assert await instance.read(post_rows, Viewer.member(ann.id), [by_bob.id]) == []
    assert len(await instance.read(post_rows, ANYBODY, [by_ann.id, by_bob.id])) == 2
