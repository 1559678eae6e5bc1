"""Which streams there are: Mastodon's names and the hub's channels, without I/O."""

from dataclasses import dataclass

from server.platform.linkify import tag_key

_OWN = frozenset({"user", "user:notification", "direct"})
_PUBLIC = frozenset(
    {
        "public",
        "public:local",
        "public:remote",
        "public:media",
        "public:local:media",
        "public:remote:media",
    }
)


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: its name as the client gave it (with the hashtag), and the hub's channel."""

    names: tuple[str, ...]
    channel: str


def stream_named(
    name: str, *, person_id: int, tag: str = "", list_id: int | None = None
) -> Stream | None:
    """Return the stream that a client names, or None for one there is not.

    That a list is the client's own has to be known before.
    """
    if name in _OWN:
        return Stream((name,), f"{name}:{person_id}")
    if name in _PUBLIC:
        return Stream((name,), name)
    if name == "list" and list_id is not None:
        return Stream((name, str(list_id)), f"list:{list_id}")
    folded = tag_key(tag.strip().lstrip("#"))
    if name in {"hashtag", "hashtag:local"} and folded:
        channel = f"hashtag:local:{folded}" if name.endswith("local") else f"hashtag:{folded}"
        return Stream((name, tag), channel)
    return None
