"""Which streams there are: Mastodon's names and the hub's channels, without I/O."""

from dataclasses import dataclass

from server.platform.linkify import tag_key

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


def stream_named(name: str, *, person_id: int, tag: str = "") -> Stream | None:
    """Return the stream that a client names, or None for one there is not."""
    if name == "user":
        return Stream(("user",), f"user:{person_id}")
    if name == "user:notification":
        return Stream((name,), f"user:notification:{person_id}")
    if name in _PUBLIC:
        return Stream((name,), name)
    if name == "direct":
        return Stream(("direct",), f"direct:{person_id}")
    folded = tag_key(tag.strip().lstrip("#"))
    if name in {"hashtag", "hashtag:local"} and folded:
        channel = f"hashtag:local:{folded}" if name.endswith("local") else f"hashtag:{folded}"
        return Stream((name, tag), channel)
    return None
