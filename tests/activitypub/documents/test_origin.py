"""Who may speak for what."""

import pytest

from activitypub.documents.origin import (
    owners_of,
    require_activity_origin,
    require_actor_owns,
    require_key_origin,
    require_location,
    require_own_id,
    require_owner_origin,
    trusted_object,
)
from activitypub.errors import DocumentError

ANN = "https://a.example/people/ann"
NOTE = {"id": "https://a.example/notes/1", "type": "Note", "attributedTo": ANN}
EVE = "https://evil.example/eve"


@pytest.mark.parametrize(
    "identifier", [None, 5, "", "as:Public", "tag:a.example,2026:1", "/notes/1"]
)
def test_a_document_needs_an_id_of_its_own(identifier):
    with pytest.raises(DocumentError, match="no id"):
        require_own_id({"id": identifier})


def test_owners_are_the_actor_itself_or_those_it_is_attributed_to():
    assert owners_of({"id": ANN, "type": "Person", "attributedTo": EVE}) == (ANN,)
    assert owners_of(NOTE) == (ANN,)
    assert owners_of({"attributedTo": [{"id": ANN}], "actor": EVE}) == (ANN, EVE)
    assert owners_of({}) == ()


def test_a_document_is_believed_at_its_own_address_only():
    require_location(NOTE, "https://A.example:443/notes/1")
    with pytest.raises(DocumentError, match="another place"):
        require_location(NOTE, "https://a.example/notes/2")
    with pytest.raises(DocumentError, match="another place"):
        require_location(NOTE, "https://evil.example/notes/1")


def test_an_object_and_all_its_owners_live_together():
    require_owner_origin(NOTE)
    with pytest.raises(DocumentError, match="no owner"):
        require_owner_origin({**NOTE, "attributedTo": None})
    with pytest.raises(DocumentError, match="not on the same host"):
        require_owner_origin({**NOTE, "attributedTo": EVE})
    with pytest.raises(DocumentError, match="not on the same host"):
        require_owner_origin({**NOTE, "attributedTo": [ANN, EVE]})


def test_only_an_owner_may_change_an_object():
    require_actor_owns(ANN, NOTE)
    with pytest.raises(DocumentError, match="does not own"):
        require_actor_owns("https://a.example/people/bob", NOTE)
    with pytest.raises(DocumentError, match="does not own"):
        require_actor_owns(EVE, NOTE)


def test_keys_and_activities_live_with_their_actor():
    require_key_origin(f"{ANN}#main-key", ANN)
    require_activity_origin("https://a.example/activities/1", ANN)
    with pytest.raises(DocumentError, match="key"):
        require_key_origin("https://evil.example/key", ANN)
    with pytest.raises(DocumentError, match="key"):
        require_key_origin("acct:ann@a.example", ANN)
    with pytest.raises(DocumentError, match="activity"):
        require_activity_origin("http://a.example/activities/1", ANN)


def test_an_embedded_object_counts_when_owner_and_origin_agree():
    assert trusted_object({"actor": ANN, "object": NOTE}) == NOTE
    person = {"id": ANN, "type": "Person"}
    assert trusted_object({"actor": ANN, "object": person}) == person


@pytest.mark.parametrize(
    "activity",
    [
        {"actor": EVE, "object": NOTE},
        {"actor": "https://a.example/people/bob", "object": NOTE},
        {"actor": ANN, "object": {**NOTE, "id": "https://evil.example/notes/1"}},
        {"actor": ANN, "object": {**NOTE, "id": None}},
        {"actor": ANN, "object": NOTE["id"]},
        {"actor": ANN, "object": [NOTE["id"], NOTE]},
        {"actor": EVE, "object": {"id": ANN, "type": "Person"}},
        {"object": NOTE},
        {},
    ],
)
def test_any_other_embedded_object_has_to_be_fetched(activity):
    assert trusted_object(activity) is None
