"""Requests to an inbox that are refused, and that they leave nothing behind."""

import json
from datetime import timedelta

import pytest

from server.federation.synchronising import read_claim
from tests.server.federation.arriving import create, rows


def spoiled_body(headers, body):
    return headers, body.replace(b"hello", b"jello")


def no_signature(headers, body):
    return {k: v for k, v in headers.items() if k != "Signature"}, body


def other_host(headers, body):
    return headers | {"Host": "elsewhere.test"}, body


def garbled(headers, body):
    return headers | {"Signature": "keyId=,,,"}, body


def compressed(headers, body):
    return headers | {"Content-Encoding": "gzip"}, body


def other_type(headers, body):
    return headers | {"Content-Type": "text/plain"}, body


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (spoiled_body, 401, "bad_signature"),
        (no_signature, 401, "not_signed"),
        (garbled, 400, "malformed_signature"),
        (compressed, 415, None),
        (other_type, 415, "media_type"),
    ],
)
async def test_a_spoiled_request_is_refused_and_leaves_no_row(ours, peer, change, status, code):
    bob = peer.add_actor("bob")

    answered, body = await peer.post(f"{ours.base}/inbox", create(bob), bob, change=change)

    assert answered == status
    problem = json.loads(body)
    assert code is None or problem["title"] == code.replace("_", " ")
    assert problem["status"] == status
    assert await rows(ours) == 0


async def test_a_request_signed_for_another_host_is_refused(ours, peer):
    bob = peer.add_actor("bob")
    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob, change=other_host)
    assert 400 <= status < 500
    assert await rows(ours) == 0


@pytest.mark.parametrize("age", [timedelta(hours=13), timedelta(hours=-2)])
async def test_a_stale_signature_is_refused(ours, peer, age):
    bob = peer.add_actor("bob")
    at = ours.clock.now() - age
    status, body = await peer.post(f"{ours.base}/inbox", create(bob), bob, at=at)
    assert (status, json.loads(body)["title"]) == (401, "stale signature")
    assert await rows(ours) == 0


async def test_a_foreign_activity_id_is_refused(ours, peer, make_peer):
    bob, zoe = peer.add_actor("bob"), (await make_peer(ours)).add_actor("zoe")
    status, body = await peer.post(
        f"{ours.base}/inbox", create(bob) | {"id": f"{zoe.uri}/activities/1"}, bob
    )
    assert (status, json.loads(body)["title"]) == (400, "foreign id")
    assert await rows(ours) == 0


async def test_a_delete_of_another_hosts_object_is_refused(ours, peer, make_peer):
    bob, zoe = peer.add_actor("bob"), (await make_peer(ours)).add_actor("zoe")
    activity = bob.activity("Delete", 1, object=f"{zoe.uri}/notes/1")
    assert (await peer.post(f"{ours.base}/inbox", activity, bob))[0] == 403
    assert await rows(ours) == 0


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"a":1,"a":2}', b'{"id":"x"}', b'{"type":"Create"}', b"\xff{}"]
)
async def test_malformed_bodies_are_refused(ours, peer, body):
    bob = peer.add_actor("bob")
    status, _ = await peer.post(f"{ours.base}/inbox", body, bob)
    assert status == 400
    assert await rows(ours) == 0


async def test_a_body_over_1_mib_is_refused(ours, peer):
    bob = peer.add_actor("bob")
    big = create(bob) | {"content": "x" * (1024 * 1024)}
    status, _ = await peer.post(f"{ours.base}/inbox", big, bob)
    assert status == 413
    assert await rows(ours) == 0


async def test_a_header_of_odd_bytes_is_no_claim_about_followers(ours, peer):
    bob = peer.add_actor("bob")
    claim = f'collectionId="{bob.uri}/followers", url="{bob.uri}/\udc80", digest="{"0" * 64}"'

    assert read_claim(claim) is None
    assert read_claim(claim.replace("\udc80", "x")) is not None
