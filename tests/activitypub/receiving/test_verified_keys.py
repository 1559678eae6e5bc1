"""Keys at the door: whose they are, when they are fetched, and when they cannot be had."""

import pytest
from aiohttp import web

from activitypub.receiving.verified import Verified, verify
from activitypub.signatures.keys import generate_rsa, public_pem
from tests.activitypub.receiving.answers import refusal


async def test_a_key_that_never_was_the_actors_is_refused(ann, door):
    assert await refusal(ann.request(ann.activity(), key=generate_rsa()), door) == (
        401,
        "invalid_signature",
    )
    assert ann.fetched == 1


async def test_a_rotated_key_is_fetched_anew_once(ann, door):
    assert isinstance(await verify(ann.request(ann.activity()), door=door), Verified)
    ann.rsa = generate_rsa()

    assert isinstance(await verify(ann.request(ann.activity()), door=door), Verified)
    assert ann.fetched == 2

    assert await refusal(ann.request(ann.activity(), key=generate_rsa()), door) == (
        401,
        "invalid_signature",
    )
    assert ann.fetched == 3


async def test_a_cached_key_costs_no_fetch(ann, door):
    for _ in range(3):
        await verify(ann.request(ann.activity()), door=door)

    assert ann.fetched == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, (503, "key_unavailable")),
        (429, (503, "key_unavailable")),
        (404, (401, "key_not_found")),
        (410, (401, "key_not_found")),
        (403, (401, "key_not_found")),
    ],
)
async def test_a_key_that_cannot_be_had_is_told_apart(ann, door, status, answer):
    ann.status = status

    assert await refusal(ann.request(ann.activity()), door) == answer


async def test_a_key_at_a_private_address_is_not_fetched(ann, door):
    request = ann.request(ann.activity(), key_id="https://10.0.0.1/people/1#main-key")

    assert await refusal(request, door) == (401, "key_not_found")


async def test_an_actor_that_does_not_list_the_key_is_refused(ann, door):
    for extra in (
        {"publicKey": None},
        {"publicKey": {"id": ann.key_id, "owner": ann.id, "publicKeyPem": "x"}},
    ):
        ann.extra = extra
        status, code = await refusal(ann.request(ann.activity()), door)
        assert (status, code) == (401, "bad_signature")


async def test_a_key_that_claims_another_owner_is_refused(ann, relay, door):
    pem = public_pem(relay.rsa.public_key())
    relay.extra = {"publicKey": {"id": relay.key_id, "owner": ann.id, "publicKeyPem": pem}}

    # The relay's document says that its key is Ann's; Ann does not live there.
    assert await refusal(relay.request(ann.activity()), door) == (401, "bad_signature")


async def test_a_key_that_its_owner_on_the_same_host_does_not_list_is_refused(ann, door):
    pem = public_pem(ann.rsa.public_key())
    mallory = f"{ann.base}/people/2"
    ann.documents["/people/2"] = lambda: {
        "id": mallory,
        "type": "Person",
        "inbox": f"{mallory}/inbox",
        "publicKey": {"id": f"{mallory}#main-key", "owner": ann.id, "publicKeyPem": pem},
    }

    request = ann.request(ann.activity(), key_id=f"{mallory}#main-key")

    assert await refusal(request, door) == (401, "bad_signature")


async def test_a_document_that_says_it_is_another_gives_no_key(ann, door):
    ann.documents["/people/1"] = lambda: {**ann.document(), "id": f"{ann.base}/people/9"}

    assert await refusal(ann.request(ann.activity()), door) == (401, "bad_signature")


async def test_a_redirect_to_another_host_gives_no_key(ann, relay, door):
    relay.documents["/people/1"] = ann.document
    ann.documents["/people/1"] = lambda: web.Response(status=302, headers={"Location": relay.id})
    ann_document = ann.document()
    relay.documents["/people/1"] = lambda: ann_document

    assert await refusal(ann.request(ann.activity()), door) == (401, "bad_signature")


async def test_a_separate_key_document_leads_to_its_owner(ann, door):
    pem = public_pem(ann.rsa.public_key())
    key_id = f"{ann.id}/main-key"
    key = {"id": key_id, "owner": ann.id, "publicKeyPem": pem}
    ann.extra = {"publicKey": key}
    ann.documents["/people/1/main-key"] = lambda: {"id": ann.id, "type": "Person", "publicKey": key}

    verified = await verify(ann.request(ann.activity(), key_id=key_id), door=door)

    assert isinstance(verified, Verified)
    assert ann.fetched == 2

    door.keys.cache.clear()
    ann.extra = {}
    assert await refusal(ann.request(ann.activity(), key_id=key_id), door) == (401, "bad_signature")
