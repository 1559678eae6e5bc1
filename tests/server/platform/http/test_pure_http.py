"""Decisions about HTTP that need no socket: scopes, addresses, negotiation, limits, paging."""

import ipaddress
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from server.platform.errors import BadRequest, Invalid, NotSignedIn, TooMany
from server.platform.http.addresses import client_address, limited_part
from server.platform.http.limits import Limit, RateLimits, subject_of
from server.platform.http.negotiation import Form, accepted, form_wanted, local_path
from server.platform.http.paging import (
    BASE_URL,
    Page,
    Slice,
    page_asked,
    page_links,
    page_of,
    slice_asked,
    slice_links,
)
from server.platform.http.parameters import Parameters
from server.platform.http.visitor import Visitor, covers

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")]


@pytest.mark.parametrize(
    ("granted", "scope", "may"),
    [
        ("write", "write:media", True), ("write:media", "write", False), ("read", "write", False), ("read", "read:search", True),
        ("follow", "write:blocks", True), ("follow", "read:mutes", True), ("follow", "read:follows", True), ("follow", "write:statuses", False),
        ("profile", "profile", True), ("read:accounts", "profile", True), ("read", "profile", True), ("profile", "read:accounts", False),
        ("push", "push", True), ("read write", "push", False), ("writer", "write:media", False), ("", "read", False),
        ("admin:read", "admin:read:reports", True), ("admin", "admin:write", True),
    ],
)  # fmt: skip
def test_a_parent_scope_implies_its_children_and_no_other(granted, scope, may):
    assert covers(frozenset(granted.split()), scope) is may


def test_a_page_session_has_all_rights_and_nobody_has_none():
    assert Visitor(login_id=1).may("write")
    assert not Visitor.anonymous().may("read")
    assert Visitor.anonymous().is_anonymous
    assert not Visitor(token_id=1, scopes=frozenset()).is_anonymous
    with pytest.raises(NotSignedIn):
        _ = Visitor.anonymous().person
    with pytest.raises(NotSignedIn):
        _ = Visitor.anonymous().login


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),  # not a proxy of ours
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.2"], "198.51.100.2"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("::1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.9"], "10.0.0.9"),
        (None, ["198.51.100.1"], ""),
    ],
)
def test_only_the_rightmost_untrusted_hop_of_our_proxies_counts(peer, forwarded, address):
    assert client_address(peer, forwarded, PROXIES) == address


def test_an_ipv6_customer_counts_as_one():
    assert limited_part("2001:db8::1") == limited_part("2001:db8::ffff:2")
    assert limited_part("2001:db8::1") != limited_part("2001:db8:0:1::1")
    assert limited_part("192.0.2.1") == "192.0.2.1"


AS = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/activity+json, application/ld+json", Form.ACTIVITY),
        (AS, Form.ACTIVITY),
        (f"{AS}, application/activity+json, text/html;q=0.1", Form.ACTIVITY),
        ("Application/Activity+JSON", Form.ACTIVITY),
        ('application/ld+json; profile="https://other.example/a,b;c"', Form.HTML),
        ("application/ld+json", Form.ACTIVITY),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form.HTML),
        ("text/html, application/activity+json;q=0.9", Form.HTML),
        ("*/*", Form.HTML),
        ("", Form.HTML),
        ("application/json", Form.JSON),
        ("application/activity+json;q=0, text/html", Form.HTML),
        ("application/activity+json;q=nonsense", Form.HTML),
        ('"', Form.HTML),
    ],
)
def test_every_way_servers_ask_for_a_document_is_understood(accept, form):
    request = make_mocked_request("GET", "/", headers={"Accept": accept})
    assert form_wanted(request) is form


@given(st.text(max_size=300))
def test_any_accept_header_is_read(header):
    assert all(0 < one.weight <= 1 for one in accepted(header))


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "evil",
        "/" + "a" * 3000,
    ],
)
def test_only_a_path_of_our_own_is_gone_back_to(path):
    assert local_path(path, "/home") == "/home"
    assert local_path("/@ann?x=1#y") == "/@ann?x=1#y"


def test_a_window_closes_and_opens_again():
    now = [100.0]
    rates = RateLimits({"x": Limit(2, 60)}, elapsed=lambda: now[0])

    assert rates.spend("x", "a").remaining == 1
    assert rates.spend("x", "a").remaining == 0
    with pytest.raises(TooMany) as full:
        rates.spend("x", "a")
    assert full.value.retry_after == 60
    assert rates.spend("x", "b").remaining == 1
    now[0] += 60
    assert rates.spend("x", "a").remaining == 1
    rates.forget("x", "a")
    assert rates.spend("x", "a").remaining == 1


def test_the_table_of_windows_stays_bounded():
    rates = RateLimits({"x": Limit(2, 60)}, most_keys=100)
    for number in range(1000):
        rates.spend("x", str(number))
    assert rates.held == 100


def test_limits_can_be_off_and_a_name_must_exist():
    rates = RateLimits({"x": Limit(1, 60)}, enabled=False)
    assert [rates.spend("x", "a") for _ in range(3)] == [None] * 3
    with pytest.raises(KeyError):
        rates.spend("y", "a")


def test_an_app_counts_by_address_and_a_person_by_account():
    assert subject_of(Visitor(app_id=1, token_id=2), "192.0.2.1") == "address 192.0.2.1"
    assert subject_of(Visitor(person_id=1, app_id=1), "192.0.2.1") == "person 1"
    assert subject_of(Visitor(login_id=4), "192.0.2.1") == "login 4"


def asked(path):
    app = web.Application()
    app[BASE_URL] = "https://ours.example"
    return make_mocked_request("GET", path, app=app)


def test_a_page_is_clamped_not_refused():
    assert page_asked(Parameters({"limit": "1000", "max_id": "5"})) == Page(40, max_id=5)
    assert page_asked(Parameters({"limit": "0"})) == Page(20)
    assert page_asked(Parameters({"min_id": "5", "since_id": "4"}), default=40, most=80).above == 5
    for wrong in ({"limit": "abc"}, {"max_id": "abc"}, {"min_id": ["1"]}):
        with pytest.raises(Invalid):
            page_asked(Parameters(wrong))


def test_links_are_on_the_public_host_and_keep_other_parameters():
    request = asked("/api/v1/timelines/home?limit=2&x[]=a%20b&max_id=9&access_token=secret")
    header = page_links(request, [8, 7], 2)["Link"]
    assert header.startswith("<https://ours.example/api/v1/timelines/home?")
    following, preceding = header.split(", ")
    assert following.endswith('?x%5B%5D=a%20b&max_id=7&limit=2>; rel="next"')
    assert preceding.endswith('?x%5B%5D=a%20b&min_id=8&limit=2>; rel="prev"')
    assert "secret" not in header
    assert page_links(request, [], 2) == {}


def test_a_query_cannot_break_out_of_the_link_header():
    request = asked("/x?a=\">;b'<")
    header = page_links(request, [1], 1)["Link"]
    assert header.count(">; rel=") == 2
    assert header.count("<") == 2


def test_pages_by_position_have_links_both_ways():
    request = asked("/api/v2/search?q=a&offset=20")
    both = slice_links(request, Slice(20, 20), 20)["Link"]
    assert 'q=a&offset=40&limit=20>; rel="next"' in both
    assert 'q=a&offset=0&limit=20>; rel="prev"' in both
    assert slice_links(request, Slice(20, 0), 3) == {}
    assert slice_asked(Parameters({"offset": "40", "limit": "500"})) == Slice(40, 40)
    for wrong in ("-1", "10001"):
        with pytest.raises(BadRequest):
            slice_asked(Parameters({"offset": wrong}))


def test_rows_come_newest_first_whichever_way_they_were_fetched():
    rows = [SimpleNamespace(id=n) for n in (3, 4, 5)]
    assert [row.id for row in page_of(rows, Page(2, min_id=2), lambda row: row.id)] == [4, 3]
    assert [row.id for row in page_of(rows, Page(2, max_id=9), lambda row: row.id)] == [5, 4]
