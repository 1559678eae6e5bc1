"""Whose key is it: each step of finding out, by itself."""

import pytest

from activitypub.errors import DocumentError, IdentityMismatch, KeyMismatch, KeyRefused
from activitypub.fetching.budget import Budget
from activitypub.receiving.keys import fetch_key, listed_key
from activitypub.signatures.keys import generate_ed25519, generate_rsa, public_pem
from activitypub.signatures.multikey import multikey_object

ANN = "https://a.example/people/1"
KEY_ID = f"{ANN}#main-key"


def document(owner=ANN, identifier=ANN, key_id=KEY_ID, pem=None):
    pem = pem or public_pem(generate_rsa().public_key())
    return {
        "id": identifier,
        "type": "Person",
        "publicKey": {"id": key_id, "owner": owner, "publicKeyPem": pem},
    }


def test_a_listed_key_is_the_actors():
    rsa, ed25519 = generate_rsa().public_key(), generate_ed25519().public_key()
    both = document(pem=public_pem(rsa))
    both["assertionMethod"] = [multikey_object(f"{ANN}#ed25519-key", ANN, key=ed25519)]

    assert listed_key(both, KEY_ID) == rsa
    assert listed_key(both, f"{ANN}#ed25519-key") == ed25519


def test_the_owner_of_a_listed_key_has_to_be_the_actor_itself():
    other = "https://a.example/people/2"
    foreign = {
        "id": ANN,
        "assertionMethod": [multikey_object(KEY_ID, other, key=generate_ed25519().public_key())],
    }

    for wrong in (
        document(owner=other),
        document(identifier=other),
        document(key_id=f"{ANN}#other"),
        foreign,
    ):
        with pytest.raises(KeyMismatch):
            listed_key(wrong, KEY_ID)


def test_an_actors_own_id_stands_for_its_only_public_key():
    """PeerTube signs with the actor's id as keyId, and publishes the key as `#main-key`."""
    rsa = generate_rsa().public_key()
    one = document(pem=public_pem(rsa))
    several = document()
    several["publicKey"] = [several["publicKey"], one["publicKey"] | {"id": f"{ANN}#second"}]
    foreign = document(owner="https://a.example/people/2")

    assert listed_key(one, ANN) == rsa
    for wrong in (several, foreign, {"id": ANN, "type": "Person"}):
        with pytest.raises(KeyMismatch):
            listed_key(wrong, ANN)


def test_a_worthless_key_is_refused():
    with pytest.raises(KeyRefused):
        listed_key(
            document(pem="-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), KEY_ID
        )


def test_an_actor_without_an_id_lists_nothing():
    with pytest.raises(DocumentError):
        listed_key({"type": "Person"}, KEY_ID)


async def test_a_fetched_key_comes_with_its_owners_document(remotes, fetcher):
    ann = await remotes()

    fetched = await fetch_key(fetcher, ann.key_id, budget=Budget())

    assert fetched.known.owner == ann.id
    assert fetched.known.is_fresh
    assert fetched.known.key == ann.rsa.public_key()
    assert fetched.owner_document == ann.document()
    assert ann.fetched == 1


async def test_a_key_named_by_its_owner_is_fetched_in_one_step(remotes, fetcher):
    ann = await remotes()

    fetched = await fetch_key(fetcher, ann.id, budget=Budget())

    assert (fetched.known.id, fetched.known.owner) == (ann.id, ann.id)
    assert fetched.known.key == ann.rsa.public_key()
    assert ann.fetched == 1


async def test_an_owner_on_another_host_is_not_even_asked(remotes, fetcher):
    ann, mallory = await remotes(), await remotes()
    pem = public_pem(mallory.rsa.public_key())
    mallory.extra = {"publicKey": {"id": mallory.key_id, "owner": ann.id, "publicKeyPem": pem}}

    with pytest.raises(KeyMismatch):
        await fetch_key(fetcher, mallory.key_id, budget=Budget())
    assert ann.fetched == 0


async def test_an_owner_whose_url_gives_another_actor_is_refused(remotes, fetcher):
    ann = await remotes()
    key_id, other = f"{ann.id}/main-key", f"{ann.base}/people/2"
    pem = public_pem(ann.rsa.public_key())
    lying = {
        "id": other,
        "type": "Person",
        "publicKey": {"id": key_id, "owner": other, "publicKeyPem": pem},
    }
    ann.documents["/people/1"] = ann.documents["/people/2"] = lambda: lying
    ann.documents["/people/1/main-key"] = lambda: {
        "id": key_id, "owner": ann.id, "publicKeyPem": pem,
    }  # fmt: skip

    with pytest.raises(IdentityMismatch):
        await fetch_key(fetcher, key_id, budget=Budget())


async def test_a_document_without_the_key_is_no_key(remotes, fetcher):
    ann = await remotes()

    with pytest.raises(KeyMismatch):
        await fetch_key(fetcher, f"{ann.id}#another-key", budget=Budget())


async def test_fetching_keys_is_charged_to_the_budget(remotes, fetcher):
    ann, budget = await remotes(), Budget.of(fetches=5)

    await fetch_key(fetcher, ann.key_id, budget=budget)

    assert budget.fetches_left == 4


async def test_a_document_of_somebody_else_at_the_owners_url_is_refused(remotes, fetcher):
    ann = await remotes()
    other = f"{ann.base}/people/2"
    pem = public_pem(ann.rsa.public_key())
    ann.documents["/people/1"] = lambda: {
        "id": other,
        "type": "Person",
        "publicKey": [
            {"id": ann.key_id, "owner": owner, "publicKeyPem": pem} for owner in (ann.id, other)
        ],
    }

    with pytest.raises(KeyMismatch):
        await fetch_key(fetcher, ann.key_id, budget=Budget())
