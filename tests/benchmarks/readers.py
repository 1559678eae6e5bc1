"""Somebody who reads: a person with a home full of posts, and a token for the client API."""

from dataclasses import dataclass

from activitypub.signatures.keys import generate_rsa
from server.access.oauth.tokens import create_token
from server.platform.instance import Instance
from server.platform.work import Work
from server.timelines.rules import HOME_LENGTH
from tests.benchmarks.load import request_bytes
from tests.benchmarks.residents import (
    add_follows,
    add_local_person,
    add_mentions,
    add_posts,
    add_strangers,
    fill_home,
    multiply_posts,
)

_AUTHORS = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, with which token, and somebody whose posts are read."""

    person_id: int
    token: str
    author_id: int

    def asks(self, path: str) -> bytes:
        """Return a request to the client API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return request_bytes("GET", path, "ours.example", headers)

    def says(self, path: str, body: bytes) -> bytes:
        """Return a request to the client API with a JSON body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return request_bytes("POST", path, "ours.example", headers, body)


async def settle_reader(instance: Instance, stored_posts: int) -> Reader:
    """Fill an installation with posts and make somebody whose home holds the newest 800."""
    person_id = await add_local_person(instance, "reader")
    key = generate_rsa()
    first = min(stored_posts, 1_000)

    def fill(w: Work) -> Reader:
        bases = [f"https://h{number}.example" for number in range(_AUTHORS)]
        authors = [one.id for one in add_strangers(w, bases, [key])]
        add_follows(w, [(person_id, author) for author in authors])
        posts = add_posts(w, authors, first)
        add_mentions(w, posts, authors)
        fill_home(w, person_id, posts[-HOME_LENGTH:])
        token = create_token(w, person_id, None, "read write", "benchmark")
        return Reader(person_id, token, authors[0])

    reader = await instance.work(fill)
    if stored_posts > first:
        await instance.work(lambda w: multiply_posts(w.session, first, stored_posts))
    return reader
