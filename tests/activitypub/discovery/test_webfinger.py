"""WebFinger against real peers: subjects, hops, host-meta, servers, and what is refused."""

import pytest
from aiohttp import web

from activitypub.discovery.asking import https_url, loopback_over_http
from activitypub.discovery.handles import Handle
from activitypub.discovery.host_meta import build_host_meta, build_host_meta_json, read_template
from activitypub.discovery.jrd import (
    APPLICATION,
    INTENT,
    SELF,
    SERVER_ACTOR,
    SUBSCRIBE,
    account_descriptor,
    read_descriptor,
    server_descriptor,
)
from activitypub.discovery.webfinger import WebFinger
from activitypub.errors import (
    AddressRefused,
    DocumentError,
    Gone,
    IdentityMismatch,
    NotFound,
    RemoteFailure,
    WrongMediaType,
)

ANN = Handle("ann", "a.test")
ACTOR = "https://a.test/people/1"


def answer(document, content_type="application/jrd+json", asked=None):
    async def serve(request):
        if asked is not None:
            asked.append(request.query.get("resource"))
        return web.json_response(document, content_type=content_type)

    return serve


def status(code):
    async def serve(request):
        return web.Response(status=code)

    return serve


@pytest.fixture
def ask(world, over_http):
    return WebFinger(world[1], base_url=over_http)


async def test_a_handle_leads_to_its_actor(world, ask):
    asked = []
    document = account_descriptor(
        ANN,
        actor=ACTOR,
        page="https://a.test/@ann",
        subscribe_template="https://a.test/follow?uri={uri}",
    )
    await world[0]("a.test", wk__webfinger=answer(document, asked=asked))

    found = await ask.look_up(ANN)

    assert found.handle == ANN
    assert found.actor == ACTOR
    assert found.page == "https://a.test/@ann"
    assert found.subscribe_template == "https://a.test/follow?uri={uri}"
    assert asked == ["acct:ann@a.test"]


async def test_the_case_of_a_name_needs_no_second_question(world, ask):
    asked = []
    await world[0](
        "a.test", wk__webfinger=answer(account_descriptor(ANN, actor=ACTOR), asked=asked)
    )

    assert (await ask.look_up(Handle("ANN", "a.test"))).handle == ANN
    assert len(asked) == 1


async def test_an_answer_without_subject_is_about_what_was_asked(world, ask):
    document = account_descriptor(ANN, actor=ACTOR)
    del document["subject"]
    await world[0]("a.test", wk__webfinger=answer(document))

    assert (await ask.look_up(ANN)).handle == ANN


async def test_one_hop_to_another_domain_is_followed(world, ask):
    there = Handle("ann", "b.test")
    document = account_descriptor(there, actor="https://b.test/people/1")
    await world[0](
        "a.test", wk__webfinger=answer(account_descriptor(there, actor="https://evil.test/x"))
    )
    await world[0]("b.test", wk__webfinger=answer(document))

    found = await ask.look_up(ANN)

    assert found.handle == there
    assert found.actor == "https://b.test/people/1"


async def test_a_second_hop_is_refused(world, ask):
    await world[0]("a.test", wk__webfinger=answer({"subject": "acct:ann@b.test"}))
    await world[0]("b.test", wk__webfinger=answer({"subject": "acct:ann@c.test"}))

    with pytest.raises(IdentityMismatch):
        await ask.look_up(ANN)


async def test_two_hosts_that_point_at_each_other_are_refused(world, ask):
    await world[0]("a.test", wk__webfinger=answer({"subject": "acct:ann@b.test"}))
    await world[0]("b.test", wk__webfinger=answer({"subject": "acct:ann@a.test"}))

    with pytest.raises(IdentityMismatch):
        await ask.look_up(ANN)


@pytest.mark.parametrize(
    "subject", ["https://a.test/people/1", "acct:ann", "", "acct:@", "x" * 500]
)
async def test_a_subject_that_is_no_account_is_refused(world, ask, subject):
    await world[0]("a.test", wk__webfinger=answer({"subject": subject or "-", "links": []}))

    with pytest.raises(DocumentError):
        await ask.look_up(ANN)


async def test_only_the_handles_own_host_confirms_it(world, ask):
    await world[0]("a.test", wk__webfinger=answer(account_descriptor(ANN, actor=ACTOR)))

    assert await ask.confirmed(ANN, actor=ACTOR) == ANN
    with pytest.raises(IdentityMismatch):
        await ask.confirmed(ANN, actor="https://evil.test/people/1")


@pytest.mark.parametrize(
    "links",
    [
        [],
        None,
        "x",
        [1, None, {}, {"rel": 1}],
        [{"rel": "self", "type": "text/html", "href": ACTOR}],
        [{"rel": "self", "type": "application/ld+json", "href": ACTOR}],
        [{"rel": "self", "type": "application/activity+json"}],
        [{"rel": "self", "type": "application/activity+json", "href": "javascript:alert(1)"}],
        [
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "application/activity+json",
                "href": ACTOR,
            }
        ],
    ],
)
async def test_an_account_without_an_activitypub_actor_is_not_found(world, ask, links):
    await world[0]("a.test", wk__webfinger=answer({"subject": ANN.acct, "links": links}))

    with pytest.raises(NotFound):
        await ask.look_up(ANN)


@pytest.mark.parametrize(
    ("code", "error"), [(404, NotFound), (410, Gone), (500, RemoteFailure), (400, RemoteFailure)]
)
async def test_statuses_are_told_apart(world, ask, code, error):
    await world[0]("a.test", wk__webfinger=status(code))

    with pytest.raises(error) as failure:
        await ask.look_up(ANN)
    assert type(failure.value) is error


async def test_what_is_not_json_is_refused(world, ask):
    await world[0]("a.test", wk__webfinger=answer({"subject": ANN.acct}, content_type="text/html"))
    with pytest.raises(WrongMediaType):
        await ask.look_up(ANN)

    await world[0]("b.test", wk__webfinger=answer([]))
    with pytest.raises(DocumentError):
        await ask.look_up(Handle("ann", "b.test"))


async def test_host_meta_tells_where_else_to_ask(world, ask):
    async def host_meta(request):
        return web.Response(
            text=build_host_meta("http://b.test"), content_type="application/xrd+xml"
        )

    await world[0]("a.test", wk__host_meta=host_meta)
    await world[0]("b.test", wk__webfinger=answer(account_descriptor(ANN, actor=ACTOR)))

    assert (await ask.look_up(ANN)).actor == ACTOR


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "<XRD/>",
        build_host_meta("http://a.test"),
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        + build_host_meta("http://b.test")[39:],
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="http://b.test/"/></XRD>',
    ],
)
async def test_a_host_meta_that_does_not_help_leaves_the_404(world, ask, body):
    async def host_meta(request):
        return web.Response(text=body, content_type="application/xrd+xml")

    await world[0]("a.test", wk__host_meta=host_meta)
    await world[0]("b.test", wk__webfinger=answer(account_descriptor(ANN, actor=ACTOR)))

    with pytest.raises(NotFound):
        await ask.look_up(ANN)


async def test_host_meta_cannot_point_inside(world, ask):
    async def host_meta(request):
        return web.Response(
            text=build_host_meta("http://10.0.0.1"), content_type="application/xrd+xml"
        )

    await world[0]("a.test", wk__host_meta=host_meta)

    with pytest.raises(AddressRefused):
        await ask.look_up(ANN)


async def test_our_own_handles_are_not_asked_for_elsewhere(ask):
    with pytest.raises(DocumentError):
        await ask.look_up(Handle("ann", None))


async def test_a_server_names_its_own_actor(world, ask):
    asked = []
    document = server_descriptor("http://a.test/", actor="http://a.test/actor")
    await world[0]("a.test", wk__webfinger=answer(document, asked=asked))
    await world[0]("b.test", wk__webfinger=answer({"subject": "http://b.test/", "links": []}))

    assert await ask.server_actor("a.test") == "http://a.test/actor"
    assert asked == ["http://a.test/"]
    with pytest.raises(NotFound):
        await ask.server_actor("b.test")


def test_a_descriptor_of_ours_reads_as_it_was_written():
    document = account_descriptor(
        ANN,
        actor=ACTOR,
        page="https://a.test/@ann",
        intents={"Follow": "https://a.test/follow?object={object}"},
    )
    read = read_descriptor(document)

    assert read.subject == "acct:ann@a.test"
    assert read.aliases == ("https://a.test/@ann", ACTOR)
    assert read.actor == ACTOR
    assert read.link(SUBSCRIBE) is None
    assert read.link(INTENT + "Follow").template == "https://a.test/follow?object={object}"
    assert document["links"][0] == {"rel": SELF, "type": "application/activity+json", "href": ACTOR}


def test_the_servers_descriptor_follows_fep_d556():
    read = read_descriptor(server_descriptor("https://a.test/", actor="https://a.test/actor"))

    assert read.subject == "https://a.test/"
    assert read.link(SERVER_ACTOR).href == "https://a.test/actor"
    assert read.link(APPLICATION) is None


def test_host_meta_reads_as_it_was_written():
    template = "https://a.test/.well-known/webfinger?resource={uri}"

    assert read_template(build_host_meta("https://a.test").encode()) == template
    assert build_host_meta_json("https://a.test")["links"] == [
        {"rel": "lrdd", "template": template}
    ]


@pytest.mark.parametrize(
    ("authority", "url"),
    [
        ("social.example", "https://social.example"),
        ("localhost:8081", "http://localhost:8081"),
        ("a.localhost:8081", "http://a.localhost:8081"),
        ("127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("localhost.example", "https://localhost.example"),
    ],
)
def test_only_this_machine_is_asked_over_plain_http_and_only_when_chosen(authority, url):
    assert loopback_over_http(authority) == url
    assert https_url(authority) == f"https://{authority}"
