"""Inboxes once each, shared ones first, our own left out."""

import pytest

from activitypub.delivery.fan_out import Inbox, Recipient, authority_of, inboxes_of
from activitypub.errors import DocumentError


def at(host, number, shared=True):
    return Recipient(
        f"https://{host}/people/{number}/inbox", f"https://{host}/inbox" if shared else None, host
    )


def test_shared_inboxes_come_first_and_once():
    found = inboxes_of(
        [
            at("c.example", 1, shared=False),
            at("a.example", 1),
            at("a.example", 2),
            at("b.example", 1),
        ],
        own_host="ours.example",
    )

    assert found == [
        Inbox("https://a.example/inbox", "a.example", is_shared=True),
        Inbox("https://b.example/inbox", "b.example", is_shared=True),
        Inbox("https://c.example/people/1/inbox", "c.example", is_shared=False),
    ]


def test_direct_messages_go_to_the_personal_inbox():
    found = inboxes_of([at("a.example", 1)], own_host="ours.example", personally=True)

    assert [inbox.url for inbox in found] == ["https://a.example/people/1/inbox"]
    assert not found[0].is_shared


def test_our_own_inboxes_are_left_out():
    assert inboxes_of([at("ours.example", 1)], own_host="ours.example") == []
    sneaky = Recipient("https://ours.example/inbox", None, "evil.example")
    assert inboxes_of([sneaky], own_host="ours.example") == []


def test_two_servers_on_one_machine_are_two():
    other = Recipient("http://localhost:8081/inbox", None, "localhost:8081")

    found = inboxes_of([other], own_host="localhost:8080")

    assert [inbox.host for inbox in found] == ["localhost:8081"]
    assert inboxes_of([other], own_host="localhost:8081") == []


@pytest.mark.parametrize(
    "shared", ["https://victim.example/inbox", "https://evila.example/inbox", "nonsense"]
)
def test_a_shared_inbox_elsewhere_is_not_used(shared):
    recipient = Recipient("https://a.example/people/1/inbox", shared, "a.example")

    assert [inbox.url for inbox in inboxes_of([recipient], own_host="ours.example")] == [
        "https://a.example/people/1/inbox"
    ]


def test_a_shared_inbox_on_a_subdomain_is_used():
    recipient = Recipient(
        "https://a.example/people/1/inbox", "https://ap.a.example/inbox", "a.example"
    )

    assert inboxes_of([recipient], own_host="ours.example")[0].host == "ap.a.example"


def test_an_inbox_that_is_no_url_is_left_out():
    odd = Recipient("acct:ann@a.example", None, "a.example")

    assert inboxes_of([odd, at("b.example", 1)], own_host="ours.example")[0].host == "b.example"
    assert inboxes_of([odd], own_host="ours.example") == []


def test_authorities_keep_unusual_ports():
    assert authority_of("https://A.example:443/x") == "a.example"
    assert authority_of("http://a.example:8080/x") == "a.example:8080"
    with pytest.raises(DocumentError):
        authority_of("acct:ann@a.example")
