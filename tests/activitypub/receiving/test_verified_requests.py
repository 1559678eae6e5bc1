"""The one door: what passes it, in both forms, and the requests it turns away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activitypub.documents.jsonbytes import json_bytes
from activitypub.errors import Refused
from activitypub.fetching.budget import Budget
from activitypub.fetching.documents import FetchedDocument
from activitypub.receiving.refusals import problem_of
from activitypub.receiving.verified import (
    How,
    Ignored,
    Verified,
    verified_from_origin,
    verified_of_ours,
    verify,
)
from activitypub.signatures.signing import SignatureForm
from tests.activitypub.receiving.answers import now, refusal


@pytest.mark.parametrize("form", SignatureForm)
async def test_a_signed_activity_is_verified_in_either_form(ann, door, form):
    request = ann.request(ann.activity(), form=form)

    verified = await verify(request, door=door)

    assert isinstance(verified, Verified)
    assert verified.value.type == "Like"
    assert (verified.signer, verified.key_id, verified.how) == (
        ann.id,
        ann.key_id,
        How.HTTP_SIGNATURE,
    )
    assert verified.raw == request.body


async def test_an_ed25519_key_may_sign_requests(ann, door):
    request = ann.request(
        ann.activity(), form=SignatureForm.RFC9421, key=ann.ed25519, key_id=ann.proof_key_id
    )

    assert isinstance(await verify(request, door=door), Verified)


def test_nobody_else_makes_a_verified():
    with pytest.raises(TypeError):
        Verified(object(), "x", signer="x", key_id=None, how=How.PROOF, raw=b"")


@pytest.mark.parametrize("form", SignatureForm)
@pytest.mark.parametrize(
    ("tamper", "answer"),
    [
        ({"Signature": None}, (401, "not_signed")),
        ({"Signature": "x"}, (400, "malformed_signature")),
        ({"Host": "other.example"}, (401, "wrong_host")),
    ],
)
async def test_a_request_that_is_not_rightly_signed_is_refused(ann, door, form, tamper, answer):
    request = ann.request(ann.activity(), form=form)
    lines = {**dict(request.headers), **tamper}
    kept = tuple((name, text) for name, text in lines.items() if text is not None)

    assert await refusal(replace(request, headers=kept), door) == answer
    assert ann.fetched == 0


@pytest.mark.parametrize("form", SignatureForm)
async def test_another_body_than_was_signed_is_refused(ann, door, form):
    request = ann.request(ann.activity(), form=form)

    assert await refusal(replace(request, body=request.body + b" "), door) == (401, "bad_signature")
    assert ann.fetched == 0


@pytest.mark.parametrize("form", SignatureForm)
async def test_another_target_than_was_signed_is_refused(ann, door, form):
    request = replace(ann.request(ann.activity(), form=form), path_and_query="/people/1/inbox")

    assert await refusal(request, door) == (401, "invalid_signature")


@pytest.mark.parametrize("form", SignatureForm)
@pytest.mark.parametrize("offset", [timedelta(hours=-13), timedelta(hours=2)])
async def test_a_stale_or_early_signature_is_refused(ann, door, form, offset):
    request = ann.request(ann.activity(), form=form, at=now() + offset)

    assert await refusal(request, door) == (401, "stale_signature")
    assert ann.fetched == 0


@pytest.mark.parametrize(
    "key_id", ["acct:ann@a.example", "main-key", "https://a b/", "ftp://a.example/x"]
)
async def test_a_key_id_that_is_no_url_is_refused(ann, door, key_id):
    assert await refusal(ann.request(ann.activity(), key_id=key_id), door) == (
        400,
        "malformed_signature",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"type":"Like"}',
        b'{"id":"https://a.example/1","type":"Like"}',
        b'{"id":"https://a.example/1","type":"Note","actor":"https://a.example/2"}',
        b'{"id":"https://a.example/1","id":"https://a.example/2","type":"Like","actor":"https://a.example/2"}',
        b'{"a":' * 60 + b"1" + b"}" * 60,
    ],
)
async def test_what_is_no_activity_is_refused_before_any_fetch(ann, door, body):
    assert await refusal(ann.request(body), door) == (400, "malformed")
    assert ann.fetched == 0


async def test_an_activity_of_an_unknown_type_is_ignored_before_any_fetch(ann, door):
    reception = await verify(ann.request(ann.activity("Bite")), door=door)

    assert isinstance(reception, Ignored)
    assert ann.fetched == 0


async def test_an_unknown_type_is_no_way_around_a_block_or_a_signature(ann, door, blocked):
    activity = ann.activity("Bite")
    unsigned = replace(ann.request(activity), headers=())
    assert (await refusal(unsigned, door))[0] == 401

    blocked.add("127.0.0.1")

    assert await refusal(ann.request(activity), door) == (403, "blocked")
    assert ann.fetched == 0


async def test_an_id_of_another_origin_is_refused_before_any_fetch(ann, door):
    request = ann.request(ann.activity(id="https://victim.example/activities/1"))

    assert await refusal(request, door) == (400, "foreign_id")
    assert ann.fetched == 0


async def test_what_is_anothers_is_refused(ann, door):
    request = ann.request(ann.activity("Delete", "https://victim.example/posts/1"))

    assert await refusal(request, door) == (403, "not_owner")


async def test_a_blocked_host_is_refused_before_any_fetch(ann, door, blocked):
    blocked.add("127.0.0.1")

    assert await refusal(ann.request(ann.activity()), door) == (403, "blocked")
    assert ann.fetched == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_the_farewell_of_somebody_unknown_is_ignored(ann, door, status):
    ann.status = status

    assert isinstance(await verify(ann.request(ann.activity("Delete", ann.id)), door=door), Ignored)


async def test_another_delete_of_somebody_gone_is_refused(ann, door):
    ann.status = 410

    request = ann.request(ann.activity("Delete", f"{ann.base}/posts/1"))

    assert await refusal(request, door) == (401, "key_not_found")


async def test_the_farewell_of_somebody_known_is_verified_with_the_kept_key(ann, door):
    await verify(ann.request(ann.activity()), door=door)
    ann.status = 410

    assert isinstance(
        await verify(ann.request(ann.activity("Delete", ann.id)), door=door), Verified
    )


async def test_an_activity_fetched_from_its_origin_is_verified(ann, fetcher):
    ann.documents["/activities/1"] = lambda: ann.activity("Announce")

    fetched = await fetcher.fetch(f"{ann.base}/activities/1", budget=Budget())
    verified = verified_from_origin(fetched)

    assert (verified.signer, verified.key_id, verified.how) == (ann.id, None, How.FETCHED)


@pytest.mark.parametrize("fields", [{"actor": "https://victim.example/people/1"}, {"type": "Note"}])
def test_what_an_origin_may_not_say_is_refused(fields):
    document = {
        "id": "https://a.example/1",
        "type": "Like",
        "actor": "https://a.example/2",
        **fields,
    }

    with pytest.raises(Refused):
        verified_from_origin(
            FetchedDocument("https://a.example/1", "https://a.example/1", document, b"")
        )


def test_a_refusal_is_written_as_a_problem_document():
    assert problem_of(Refused(401, "stale_signature", "The signature is too old.")) == {
        "type": "about:blank",
        "title": "stale signature",
        "status": 401,
        "detail": "The signature is too old.",
    }


def test_our_own_activities_take_the_same_road(ann):
    raw = json_bytes(ann.activity())

    verified = verified_of_ours(raw, base_url=ann.base)

    assert (verified.signer, verified.key_id, verified.how) == (ann.id, None, How.OURS)
    assert verified.raw == raw


def test_an_activity_of_another_server_is_none_of_ours(ann):
    for raw, code in (
        (json_bytes(ann.activity()), "not_ours"),
        (json_bytes(ann.activity("Delete", "https://victim.example/1")), "not_owner"),
        (b"{}", "malformed"),
    ):
        with pytest.raises(Refused) as refused:
            verified_of_ours(raw, base_url="https://ours.example")
        assert refused.value.code == code
