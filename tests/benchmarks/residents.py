"""People and posts in bulk: rows as the services would write them, without going through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import String, cast, func, insert, select
from sqlalchemy.orm import Session

from activitypub.signatures.keys import public_pem
from server.federation.keys import new_keys
from server.federation.model import Actor, Reach
from server.people.model import Follow, FollowState, Person, PersonKind
from server.people.service import create_person
from server.platform.ids import Ids
from server.platform.instance import Instance
from server.platform.storage.base import BigId
from server.platform.work import Work
from server.posts.model import Audience, Mention, Post, PostTag
from server.timelines.model import HomeEntry

_TEXT = (
    "We are looking for a carpenter who likes to teach: three days a week in our workshop, "
    "contract of a year, Dutch at level A2 is enough, you will learn the rest with us. "
)
_NAMED = (
    '<p><strong>Carpenter (m/f/x)</strong><br>{text}</p><p>{text}</p><p><a href="https://there'
    '.example/tags/work" class="mention hashtag" rel="tag">#<span>work</span></a></p>'
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody elsewhere whose private key the benchmark holds."""

    id: int
    uri: str
    key: RSAPrivateKey

    @property
    def key_id(self) -> str:
        """The address of the public key."""
        return f"{self.uri}#main-key"


async def add_local_person(instance: Instance, handle: str) -> int:
    """Make an employer of this installation; return its id."""
    keys = new_keys()

    def make(w: Work) -> int:
        return create_person(w, handle=handle, kind=PersonKind.EMPLOYER, keys=keys).id

    return await instance.work(make)


def add_strangers(w: Work, bases: Sequence[str], keys: Sequence[RSAPrivateKey]) -> list[Stranger]:
    """Write one actor and person for each base address, such as http://127.0.0.2:8000."""
    pems = [public_pem(key.public_key()) for key in keys]
    strangers, actors, people = [], [], []
    for number, base in enumerate(bases):
        uri, name = f"{base}/users/u{number}", f"u{number}"
        one = Stranger(w.new_id(), uri, keys[number % len(keys)])
        strangers.append(one)
        host = base.partition("://")[2]
        actors.append(
            {
                "id": one.id, "uri": uri, "actor_type": "Person", "username": name,
                "username_key": name, "host": host, "inbox": f"{uri}/inbox",
                "shared_inbox": f"{base}/inbox", "url": f"{base}/@{name}",
                "reach": Reach.FEDIVERSE, "fetched_at": w.now,
                "public_keys": {one.key_id: pems[number % len(keys)]},
            }
        )  # fmt: skip
        people.append(
            {
                "id": one.id, "display_name": f"Person {number}", "created_at": w.now,
                "updated_at": w.now, "fields": [{"name": "Town", "value": "Vilvoorde"}],
                "summary_html": f"<p>{_TEXT}</p>", "avatar": f"{base}/avatars/{number}.png",
                "also_known_as": [],
            }
        )  # fmt: skip
    w.session.execute(insert(Actor), actors)
    w.session.execute(insert(Person), people)
    return strangers


def add_follows(w: Work, pairs: Sequence[tuple[int, int]]) -> None:
    """Write accepted follows: (follower, followed)."""
    rows = [
        {
            "id": w.new_id(), "follower_id": follower, "followee_id": followee,
            "state": FollowState.ACCEPTED, "uri": w.site.url(f"/follows/{follower}/{followee}"),
            "created_at": w.now,
        }
        for follower, followee in pairs
    ]  # fmt: skip
    w.session.execute(insert(Follow), rows)


def add_posts(w: Work, author_ids: Sequence[int], count: int) -> list[int]:
    """Write public posts from elsewhere, in turn by each author, an hour of ids apart."""
    ids = Ids()
    rows = []
    for number in range(count):
        at = w.now - timedelta(seconds=count - number)
        post_id = ids.new(at)
        uri = f"https://there.example/notes/{post_id}"
        rows.append(_post_row(post_id, uri, author_ids[number % len(author_ids)], number, at))
    w.session.execute(insert(Post), rows)
    found = [row["id"] for row in rows]
    tags = [{"name": "work", "post_id": one, "shown": "Work"} for one in found[::4]]
    w.session.execute(insert(PostTag), tags)
    return found


def _post_row(post_id: int, uri: str, author_id: int, number: int, at: datetime) -> dict[str, Any]:
    picture = {
        "url": f"https://there.example/media/{number}.jpg", "media_type": "image/jpeg",
        "description": "A workshop with three people at a bench.", "width": 1200, "height": 800,
        "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    }  # fmt: skip
    return {
        "id": post_id, "uri": uri, "url": uri, "is_local": False, "author_id": author_id,
        "audience": Audience.PUBLIC, "content": _NAMED.format(text=_TEXT), "language": "en",
        "search_text": "", "conversation_id": post_id, "published_at": at, "created_at": at,
        "remote_media": [picture] if number % 4 == 0 else [], "emojis": [],
        "likes_count": number % 7, "boosts_count": number % 3,
    }  # fmt: skip


def add_mentions(w: Work, post_ids: Sequence[int], person_ids: Sequence[int]) -> None:
    """Let every second post name somebody."""
    rows = [
        {"post_id": post_id, "person_id": person_ids[number % len(person_ids)], "silent": False}
        for number, post_id in enumerate(post_ids[::2])
    ]
    w.session.execute(insert(Mention), rows)


def fill_home(w: Work, person_id: int, post_ids: Sequence[int]) -> None:
    """Put posts into somebody's home."""
    rows = [{"person_id": person_id, "post_id": one} for one in post_ids]
    w.session.execute(insert(HomeEntry), rows)


def multiply_posts(session: Session, stored: int, wanted: int) -> None:
    """Copy the stored posts into the past until there are as many as wanted; the database works.

    Each round doubles them; ids move back by more than the whole range there is.
    """
    kept = {column.name: column for column in Post.__table__.c}
    while stored < wanted:
        newest, oldest = session.execute(select(func.max(Post.id), func.min(Post.id))).one()
        back = newest - oldest + 65_536
        moved = (Post.id - back).cast(BigId)
        copied = {
            **kept,
            "id": moved,
            "uri": "https://there.example/notes/" + cast(moved, String),
            "conversation_id": moved,
        }
        source = select(*copied.values()).order_by(Post.id.desc()).limit(wanted - stored)
        session.execute(insert(Post).from_select(list(copied), source))
        tagged = select(PostTag.name, (PostTag.post_id - back).cast(BigId), PostTag.shown)
        limit = tagged.where((PostTag.post_id - back).in_(select(Post.id)))
        session.execute(insert(PostTag).from_select(["name", "post_id", "shown"], limit))
        stored = session.scalar(select(func.count()).select_from(Post)) or 0


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)
