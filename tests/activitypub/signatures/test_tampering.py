"""Whatever is sent verifies as it was sent, and no part of it can be changed unnoticed."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from activitypub.errors import SignatureError
from activitypub.signatures import cavage, messages
from activitypub.signatures.digest import content_digest_header, digest_header
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import claims_of, verify

forms = st.sampled_from(SignatureForm)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
url_characters = st.sampled_from("abcXYZ019-._~%2F!$&'()*+,;=:@")
paths = st.lists(st.text(url_characters, max_size=8), max_size=4).map("/".join)
queries = st.none() | st.text(url_characters, min_size=1, max_size=12)
bodies = st.binary(max_size=64)
relaxed = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@pytest.fixture
def accepts(policy, ed25519_key):
    """Tell whether a request is accepted; only SignatureError may come out of a refusal."""

    def judge(request):
        try:
            claims = claims_of(request, policy=policy)
            verify(claims, request, ed25519_key.key.public_key())
        except SignatureError:
            return False
        return True

    return judge


@pytest.fixture
def send(signed, ed25519_key):
    def make(form, method, path, query, body):
        url = f"https://ours.example/{path}" + (f"?{query}" if query is not None else "")
        sent = body if body or method in {"POST", "PUT"} else None
        return signed(ed25519_key, form, method=method, url=url, body=sent)

    return make


@relaxed
@given(form=forms, method=methods, path=paths, query=queries, body=bodies)
def test_whatever_we_sign_verifies(accepts, send, form, method, path, query, body):
    assert accepts(send(form, method, path, query, body))


@relaxed
@given(form=forms, path=paths, query=queries, body=bodies)
def test_another_method_is_noticed(accepts, send, changed, form, path, query, body):
    request = send(form, "POST", path, query, body)
    assert not accepts(changed(request, method="PUT"))


@relaxed
@given(form=forms, path=paths, query=queries, body=bodies)
def test_another_path_is_noticed(accepts, send, changed, form, path, query, body):
    request = send(form, "POST", path, query, body)
    suffix = f"?{query}" if query is not None else ""
    assert not accepts(changed(request, path_and_query=f"/{path}x{suffix}"))


@relaxed
@given(form=forms, path=paths, query=st.text(url_characters, min_size=1, max_size=12))
def test_another_query_is_noticed(accepts, send, changed, form, path, query):
    request = send(form, "POST", path, query, b"{}")
    assert not accepts(changed(request, path_and_query=f"/{path}?{query}x"))


@relaxed
@given(form=forms, body=bodies, other=bodies)
def test_another_body_is_noticed(accepts, send, changed, form, body, other):
    assume(body != other)
    request = send(form, "POST", "inbox", None, body)
    assert not accepts(changed(request, body=other))


@relaxed
@given(form=forms, body=bodies, other=bodies)
def test_another_body_with_its_own_digest_is_noticed(accepts, send, changed, form, body, other):
    assume(body != other)
    request = send(form, "POST", "inbox", None, body)
    digests = {"Digest": digest_header(other), "Content-Digest": content_digest_header(other)}
    present = {name: value for name, value in digests.items() if request.field(name)}
    assert present
    assert not accepts(changed(request, body=other, headers=present))


@relaxed
@given(seconds=st.integers(1, 59))
def test_another_time_is_noticed(accepts, send, changed, seconds):
    by_date = send(SignatureForm.CAVAGE, "POST", "inbox", None, b"{}")
    date = by_date.field("date").replace("12:00:00", f"12:00:{seconds:02}")
    assert not accepts(changed(by_date, headers={"Date": date}))

    by_created = send(SignatureForm.RFC9421, "POST", "inbox", None, b"{}")
    inputs = by_created.field("signature-input").replace(
        "created=1795435200", f"created={1795435200 + seconds}"
    )
    assert not accepts(changed(by_created, headers={"Signature-Input": inputs}))


@relaxed
@given(
    header=st.text(max_size=200),
    inputs=st.none() | st.text(max_size=200),
    extra=st.dictionaries(st.sampled_from(["Host", "Date", "Digest"]), st.text(max_size=40)),
)
def test_nonsense_is_refused_and_never_breaks(accepts, send, changed, header, inputs, extra):
    request = send(SignatureForm.CAVAGE, "POST", "inbox", None, b"{}")
    headers = {"Signature": header, "Signature-Input": inputs} | extra
    assert not accepts(changed(request, headers=headers))


@relaxed
@given(name=st.sampled_from(["Signature", "Signature-Input"]), form=forms, change=st.data())
def test_a_signature_header_that_lost_or_changed_a_part_is_refused(
    accepts, send, changed, name, form, change
):
    request = send(form, "POST", "inbox", None, b"{}")
    value = request.field(name)
    assume(value is not None)
    start = change.draw(st.integers(0, len(value)))
    end = change.draw(st.integers(start, len(value)))
    middle = change.draw(st.text(st.characters(codec="ascii"), max_size=3))
    tampered = changed(request, headers={name: value[:start] + middle + value[end:]})
    assume(meaning_of(tampered) != meaning_of(request))
    assert not accepts(tampered)


def meaning_of(request: SignedRequest) -> object:
    """Return what a signature header says, without spelling, or None when it says nothing.

    In draft-cavage nothing signs the key id, which only says which key to ask, nor the algorithm,
    because the key has its own.
    """
    header = request.field("signature") or ""
    inputs = request.field("signature-input")
    try:
        if inputs is not None:
            return messages.parse_signature(inputs, header)
        parsed = cavage.parse_signature(header)
    except SignatureError:
        return None
    return parsed.headers, parsed.signature
