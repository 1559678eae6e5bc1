"""What an attacker sends to inboxes: each is refused in the right words, and changes nothing.

The peer is real: it publishes actors, signs as they do, and then something is not as it should be.
After every attack the tables are compared with what they held before.
"""

import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activitypub.signatures.signing import SignatureForm, SigningKey, sign_request
from tests.journeys.attacked import PUBLIC, Scene, attacked
from tests.support.peer import ACTIVITY_JSON

pytestmark = pytest.mark.slow


@pytest.fixture
async def scene(new_database, tmp_path) -> AsyncIterator[Scene]:
    async with attacked(await new_database(), tmp_path / "ours") as made:
        yield made


Attack = Callable[[Scene], Awaitable[int]]


async def _unsigned(scene: Scene) -> int:
    return await scene.send(
        scene.create(scene.rob),
        change=lambda headers, body: (
            {k: v for k, v in headers.items() if k.lower() != "signature"},
            body,
        ),
    )


async def _with_another_key(scene: Scene) -> int:
    forged = SigningKey(scene.rob.key.key_id, scene.eve.rsa)
    return await scene.send(scene.create(scene.rob), key=forged)


async def _by_somebody_else(scene: Scene) -> int:
    return await scene.send(scene.create(scene.rob), scene.eve)


async def _changed_afterwards(scene: Scene) -> int:
    return await scene.send(
        scene.create(scene.rob),
        change=lambda headers, body: (headers, body.replace(b"an attack", b"something")),
    )


async def _changed_with_its_digest(scene: Scene) -> int:
    def change(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        other = body.replace(b"an attack", b"something")
        anew = sign_request(
            "POST", scene.inbox, headers={"Content-Type": ACTIVITY_JSON}, body=other,
            key=scene.eve.key, form=SignatureForm.CAVAGE, now=datetime.now(UTC),
        )  # fmt: skip
        return {**headers, "Digest": anew["Digest"]}, other

    return await scene.send(scene.create(scene.rob), change=change)


async def _without_digest(scene: Scene) -> int:
    def change(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        bare = sign_request(
            "POST", scene.inbox, headers={"Content-Type": ACTIVITY_JSON}, body=None,
            key=scene.rob.key, form=SignatureForm.CAVAGE, now=datetime.now(UTC),
        )  # fmt: skip
        return bare, body

    return await scene.send(scene.create(scene.rob), change=change)


async def _too_old(scene: Scene) -> int:
    return await scene.send(scene.create(scene.rob), at=datetime.now(UTC) - timedelta(days=2))


async def _from_the_future(scene: Scene) -> int:
    return await scene.send(scene.create(scene.rob), at=datetime.now(UTC) + timedelta(hours=3))


async def _old_in_the_newer_form(scene: Scene) -> int:
    at = datetime.now(UTC) - timedelta(days=2)
    return await scene.send(scene.create(scene.rob), at=at, form=SignatureForm.RFC9421)


async def _signed_for_another_inbox(scene: Scene) -> int:
    body = json.dumps(scene.create(scene.rob)).encode()
    signed = sign_request(
        "POST", f"{scene.ann_uri}/inbox", headers={"Content-Type": ACTIVITY_JSON}, body=body,
        key=scene.rob.key, form=SignatureForm.CAVAGE, now=datetime.now(UTC),
    )  # fmt: skip
    async with scene.peer.session.post(scene.inbox, data=body, headers=signed) as answer:
        return int(answer.status)


async def _signed_for_another_host(scene: Scene) -> int:
    body = json.dumps(scene.create(scene.rob)).encode()
    signed = sign_request(
        "POST", "https://other.example/inbox", headers={"Content-Type": ACTIVITY_JSON}, body=body,
        key=scene.rob.key, form=SignatureForm.CAVAGE, now=datetime.now(UTC),
    )  # fmt: skip
    async with scene.peer.session.post(scene.inbox, data=body, headers=signed) as answer:
        return int(answer.status)


async def _of_another_type(scene: Scene) -> int:
    return await scene.send(scene.create(scene.rob), headers={"Content-Type": "text/plain"})


async def _compressed(scene: Scene) -> int:
    body = gzip.compress(json.dumps(scene.create(scene.rob)).encode())
    return await scene.raw(body, headers={"Content-Encoding": "gzip"})


async def _too_large(scene: Scene) -> int:
    return await scene.send(scene.create(scene.rob, summary="x" * (1 << 20)))


def _written(scene: Scene, inner: str) -> bytes:
    activity = scene.create(scene.rob)
    activity["object"]["content"] = "PLACE"
    return json.dumps(activity).replace('"PLACE"', inner).encode()


async def _too_deep(scene: Scene) -> int:
    return await scene.raw(_written(scene, "[" * 200 + "]" * 200))


async def _with_a_key_twice(scene: Scene) -> int:
    return await scene.raw(_written(scene, '"one", "content": "two"'))


async def _with_no_number(scene: Scene) -> int:
    return await scene.raw(_written(scene, "NaN"))


async def _with_a_huge_number(scene: Scene) -> int:
    return await scene.raw(_written(scene, "9" * 5_000))


async def _not_utf8(scene: Scene) -> int:
    return await scene.raw(_written(scene, '"').replace(b'""', b'"\xff"'))


async def _not_json(scene: Scene) -> int:
    return await scene.raw(b"actor=rob&type=Create")


async def _a_list(scene: Scene) -> int:
    return await scene.raw(json.dumps([scene.create(scene.rob)]).encode())


async def _without_an_actor(scene: Scene) -> int:
    activity = scene.create(scene.rob)
    del activity["actor"]
    return await scene.send(activity)


async def _with_an_id_from_elsewhere(scene: Scene) -> int:
    return await scene.send({**scene.create(scene.rob), "id": "https://other.example/activities/1"})


def _with_key(key_id: str) -> Attack:
    async def attack(scene: Scene) -> int:
        where = key_id.replace("{elsewhere}", scene.elsewhere).replace("{ours}", scene.ours.base)
        actor = where.partition("#")[0]
        activity = {**scene.create(scene.rob), "actor": actor, "id": f"{actor}/activities/1"}
        return await scene.send(activity, key=SigningKey(where, scene.eve.rsa))

    return attack


REFUSED: dict[str, tuple[Attack, set[int]]] = {
    "unsigned": (_unsigned, {401}),
    "with another key": (_with_another_key, {401}),
    # Passed on without a proof: taken in, but then its origin is asked, and knows nothing of it.
    "by somebody else": (_by_somebody_else, {202}),
    "changed afterwards": (_changed_afterwards, {400, 401}),
    "changed with its digest": (_changed_with_its_digest, {401}),
    "without digest": (_without_digest, {400, 401}),
    "too old": (_too_old, {401}),
    "from the future": (_from_the_future, {401}),
    "old, in the newer form": (_old_in_the_newer_form, {401}),
    "signed for another inbox": (_signed_for_another_inbox, {401}),
    "signed for another host": (_signed_for_another_host, {400, 401, 403, 421}),
    "of another type": (_of_another_type, {415}),
    "compressed": (_compressed, {415}),
    "too large": (_too_large, {413}),
    "too deep": (_too_deep, {400}),
    "with a key twice": (_with_a_key_twice, {400}),
    "with NaN": (_with_no_number, {400}),
    "with a huge number": (_with_a_huge_number, {400}),
    "not UTF-8": (_not_utf8, {400}),
    "not JSON": (_not_json, {400}),
    "a list": (_a_list, {400}),
    "without an actor": (_without_an_actor, {400, 401, 403}),
    "with an id from elsewhere": (_with_an_id_from_elsewhere, {400, 401, 403}),
    "whose key redirects": (_with_key("{elsewhere}/redirects#main-key"), {401, 403}),
    "whose key claims another id": (_with_key("{elsewhere}/claims#main-key"), {401, 403}),
    "whose key is missing": (_with_key("{elsewhere}/nothing#main-key"), {401, 403, 404, 410}),
    "whose key is ours": (_with_key("{ours}/actor#main-key"), {400, 401, 403}),
    "whose key is at a private address": (_with_key("https://10.0.0.1/a#k"), {400, 401, 403}),
    "whose key is at a link-local one": (_with_key("http://169.254.169.254/a#k"), {400, 401, 403}),
    "whose key is at an IPv6 one": (_with_key("http://[fe80::1]/a#k"), {400, 401, 403}),
    "whose key is a number": (_with_key("http://2130706433/a#k"), {400, 401, 403}),
    "whose key is a file": (_with_key("file:///etc/passwd#k"), {400, 401, 403}),
    "whose key has a password": (_with_key("https://me:pw@far.example/a#k"), {400, 401, 403}),
}


async def test_what_is_not_in_order_is_refused_and_changes_nothing(scene):
    before = await scene.state()
    for name, (attack, expected) in REFUSED.items():
        status = await attack(scene)
        assert status in expected, f"{name}: {status}"
        assert await scene.state() == before, name
    assert await scene.ours.given_up() == []


async def test_what_is_in_order_has_its_effect_once_however_often_it_comes(scene):
    before = await scene.state()
    activity = scene.create(scene.rob)
    sent: list[dict[str, str]] = []

    def keep(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        sent.append(headers)
        return headers, body

    assert await scene.send(activity, change=keep) == 202
    after = await scene.state()
    assert after != before
    for headers in (sent[0], None):  # the very same request, then the activity signed anew
        again: Any = (lambda _, body, kept=headers: (kept, body)) if headers else None
        assert await scene.send(activity, change=again) in {200, 202}
        assert await scene.state() == after


def _embedding_a_foreign_note(scene: Scene) -> dict[str, Any]:
    forged = {**scene.rob.note(900, "Rob never wrote this"), "cc": [scene.ann_uri]}
    return scene.eve.activity("Create", 900, to=[PUBLIC], object=forged)


def _embedding_a_note_of_ours(scene: Scene) -> dict[str, Any]:
    forged = {"id": scene.post.uri, "type": "Note", "attributedTo": scene.eve.uri, "content": "x"}
    return scene.eve.activity("Create", 901, to=[PUBLIC], object=forged)


def _foreign(kind: str, target: Callable[[Scene], Any]) -> Callable[[Scene], dict[str, Any]]:
    def make(scene: Scene) -> dict[str, Any]:
        scene.number += 1
        return scene.eve.activity(kind, scene.number, to=[PUBLIC], object=target(scene))

    return make


def _note_of_rob(scene: Scene) -> dict[str, Any]:
    return {**scene.rob.note(3, "Eve changed this"), "updated": "2027-01-01T00:00:00Z"}


def _note_of_ann(scene: Scene) -> dict[str, Any]:
    return {
        "id": scene.post.uri, "type": "Note", "attributedTo": scene.ann_uri,
        "content": "changed", "updated": "2027-01-01T00:00:00Z",
    }  # fmt: skip


MEDDLING: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "a note of Rob's in Eve's Create": _embedding_a_foreign_note,
    "a note of Ann's in Eve's Create": _embedding_a_note_of_ours,
    "an Update of Rob's note": _foreign("Update", _note_of_rob),
    "an Update of Ann's note": _foreign("Update", _note_of_ann),
    "an Update of Rob": _foreign("Update", lambda s: {**s.rob.document, "name": "Eve's"}),
    "an Update of Ann": _foreign(
        "Update", lambda s: {"id": s.ann_uri, "type": "Person", "inbox": s.eve.uri}
    ),
    "a Delete of Rob's note": _foreign("Delete", lambda s: f"{s.rob.uri}/notes/3"),
    "a Delete of Ann's note": _foreign("Delete", lambda s: s.post.uri),
    "a Delete of Rob": _foreign("Delete", lambda s: s.rob.uri),
    "a Delete of Ann": _foreign("Delete", lambda s: s.ann_uri),
    "an Undo of Rob's Follow": _foreign(
        "Undo", lambda s: s.rob.activity("Follow", 1, object=s.ann_uri)
    ),
    "an Undo of Rob's Follow by its id": _foreign("Undo", lambda s: f"{s.rob.uri}/activities/1"),
    "an Undo of Rob's Like": _foreign(
        "Undo", lambda s: s.rob.activity("Like", 2, object=s.post.uri)
    ),
    "an Accept of what nobody asked": _foreign(
        "Accept", lambda s: {"type": "Follow", "actor": s.ann_uri, "object": s.eve.uri}
    ),
    "a Block of a stranger": _foreign("Block", lambda s: s.rob.uri),
    "an Announce of what is not there": _foreign("Announce", lambda s: f"{s.elsewhere}/nothing"),
    "an Announce of somebody's claim": _foreign("Announce", lambda s: f"{s.elsewhere}/claims"),
    "an Add to Rob's featured": lambda s: s.eve.activity(
        "Add", 950, object=f"{s.rob.uri}/notes/3", target=f"{s.rob.uri}/featured"
    ),
    "a Move of Rob to Eve": lambda s: s.eve.activity(
        "Move", 951, object=s.rob.uri, target=s.eve.uri
    ),
}


async def test_nobody_meddles_with_what_is_anothers(scene):
    before = await scene.state()
    for name, make in MEDDLING.items():
        status = await scene.send(make(scene), scene.eve)
        assert status in {202, 400, 401, 403}, f"{name}: {status}"
        assert await scene.state() == before, name
    assert await scene.ours.given_up() == []
