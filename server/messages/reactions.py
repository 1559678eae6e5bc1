"""What conversations answer: messages appearing, changing and going."""

from sqlalchemy import delete, select, update

from server.federation.actors import INSTANCE_ACTOR_ID
from server.messages import circles, house
from server.messages.model import Conversation, GoneMessage
from server.notifications.events import Informed
from server.people.writing import insert_once
from server.platform.events import Reaction
from server.platform.live import LiveMessage
from server.platform.work import Work
from server.posts.events import PostDeleted, PostEdited, PostPublished
from server.posts.model import Audience, Post

LIVE = "conversation"
_LOOKED_BACK = 100


def _on_published(w: Work, event: PostPublished) -> None:
    post = _message(w, event.post_id)
    if post is not None:
        _keep(w, post, is_old=event.is_backfill)


def _on_edited(w: Work, event: PostEdited) -> None:
    """Whoever is newly addressed gets the conversation; the others have it."""
    post = _message(w, event.post_id)
    if post is None:
        return
    circle = circles.circle_of(w, post.id)
    for person_id in circles.local(w, circle):
        if _row(w, post, circle, person_id) is None:
            _keep(w, post, is_old=False)
            return


def _message(w: Work, post_id: int) -> Post | None:
    post = w.session.get(Post, post_id)
    return post if post is not None and post.audience == Audience.DIRECT else None


def _keep(w: Work, post: Post, *, is_old: bool) -> None:
    circle = circles.circle_of(w, post.id)
    for person_id in circles.local(w, circle - {INSTANCE_ACTOR_ID}):
        is_new = not is_old and person_id != post.author_id
        values = {
            "id": w.new_id(),
            "person_id": person_id,
            "thread_id": post.conversation_id,
            "others": circles.written(circle - {person_id}),
            "last_id": post.id,
            "unread": False,
            "hidden": False,
        }
        insert_once(w.session, Conversation, values)
        row = _row(w, post, circle, person_id)
        if row is None:
            continue
        row.last_id, row.hidden = max(row.last_id, post.id), False
        row.unread = is_new or (row.unread and person_id != post.author_id)
        w.session.flush()
        _forget_merged(w, row)
        _tell(w, person_id, row.id)


def _row(w: Work, post: Post, circle: frozenset[int], person_id: int) -> Conversation | None:
    return w.session.scalar(
        select(Conversation).where(
            Conversation.person_id == person_id,
            Conversation.thread_id == post.conversation_id,
            Conversation.others == circles.written(circle - {person_id}),
        )
    )


def _forget_merged(w: Work, row: Conversation) -> None:
    """Delete rows of a thread that became part of this one when its beginning arrived."""
    moved = select(Post.id).where(Post.conversation_id == row.thread_id)
    w.session.execute(
        delete(Conversation)
        .where(
            Conversation.person_id == row.person_id,
            Conversation.thread_id != row.thread_id,
            Conversation.others == row.others,
            Conversation.last_id.in_(moved),
        )
        .execution_options(synchronize_session=False)
    )


def _tell(w: Work, person_id: int, conversation_id: int) -> None:
    live, channels = w.live, (f"direct:{person_id}",)
    w.after_commit(lambda: live.publish(channels, LiveMessage(LIVE, conversation_id)))


def _on_deleted(w: Work, event: PostDeleted) -> None:
    """Keep for the others that something stood there; lead the list to the message before it."""
    post = _message(w, event.post_id)
    if post is None:
        return
    circle = circles.circle_of(w, post.id)
    for person_id in circles.local(w, circle):
        row = _row(w, post, circle, person_id)
        if row is None:
            continue
        if person_id != post.author_id:
            gone = {"conversation_id": row.id, "post_id": post.id, "sent_at": post.published_at}
            insert_once(w.session, GoneMessage, gone)
        if row.last_id == post.id:
            _step_back(w, row, post, circle)


def _step_back(w: Work, row: Conversation, post: Post, circle: frozenset[int]) -> None:
    ids = w.session.scalars(
        select(Post.id)
        .where(
            Post.conversation_id == row.thread_id,
            Post.audience == Audience.DIRECT,
            Post.id < post.id,
        )
        .order_by(Post.id.desc())
        .limit(_LOOKED_BACK)
    ).all()
    whose = circles.circles_of(w, ids)
    before = next((one for one in ids if whose[one] == circle), None)
    if before is not None:
        moved = update(Conversation).where(Conversation.id == row.id)
        w.session.execute(moved.values(last_id=before))
    elif row.person_id == post.author_id:
        w.session.execute(delete(Conversation).where(Conversation.id == row.id))


REACTIONS = (
    Reaction(PostPublished, _on_published),
    Reaction(PostEdited, _on_edited),
    Reaction(PostDeleted, _on_deleted),
    Reaction(Informed, house.on_informed),
)
