"""NodeInfo both ways: what we say is valid, what others say is read."""

import pytest
from aiohttp import web

from activitypub.discovery.nodeinfo import (
    NodeInfo,
    Software,
    Usage,
    Version,
    build_links,
    build_nodeinfo,
    fetch_nodeinfo,
    read_nodeinfo,
)
from activitypub.errors import AddressRefused, DocumentError, IdentityMismatch, NotFound

OURS = NodeInfo(
    software=Software(
        "meshwork", "1.0", "https://code.example/meshwork", "https://meshwork.example"
    ),
    usage=Usage(users=12, active_month=3, active_half_year=6, local_posts=40),
)


def serving(document):
    async def serve(request):
        return web.json_response(document)

    return serve


async def test_what_one_server_says_the_other_reads(world, over_http):
    serve, client = world
    await serve(
        "a.test",
        wk__nodeinfo=serving(build_links("http://a.test", actor="http://a.test/actor")),
        **{"nodeinfo__2.1": serving(build_nodeinfo(OURS, Version.V2_1))},
    )

    told = await fetch_nodeinfo(client, "a.test", base_url=over_http)

    assert told.software == OURS.software
    assert told.usage == OURS.usage
    assert told.actor == "http://a.test/actor"
    assert told.protocols == ("activitypub",)


async def test_version_2_0_is_read_when_there_is_no_other(world, over_http):
    serve, client = world
    await serve(
        "a.test",
        wk__nodeinfo=serving({"links": [{"rel": Version.V2_0.schema, "href": "http://a.test/n"}]}),
        n=serving(build_nodeinfo(OURS, Version.V2_0)),
    )

    told = await fetch_nodeinfo(client, "a.test", base_url=over_http)

    assert told.software == Software("meshwork", "1.0")
    assert told.actor is None


@pytest.mark.parametrize(
    ("links", "error"),
    [
        ([], NotFound),
        (
            [{"rel": "http://nodeinfo.diaspora.software/ns/schema/9.0", "href": "http://a.test/n"}],
            NotFound,
        ),
        ([{"rel": Version.V2_0.schema, "href": "data:application/json,{}"}], NotFound),
        ([{"rel": Version.V2_0.schema, "href": "http://10.0.0.1/n"}], IdentityMismatch),
        ([{"rel": Version.V2_0.schema, "href": "http://b.test/n"}], IdentityMismatch),
        ([{"rel": Version.V2_0.schema, "href": "http://a.test/away"}], AddressRefused),
    ],
)
async def test_links_that_lead_nowhere_or_elsewhere_are_refused(world, over_http, links, error):
    async def away(request):
        return web.Response(status=302, headers={"Location": "http://10.0.0.1/"})

    serve, client = world
    await serve("a.test", wk__nodeinfo=serving({"links": links}), away=away)

    with pytest.raises(error):
        await fetch_nodeinfo(client, "a.test", base_url=over_http)


async def test_an_actor_of_another_server_is_not_believed(world, over_http):
    serve, client = world
    await serve(
        "a.test",
        wk__nodeinfo=serving(build_links("http://a.test", actor="http://b.test/actor")),
        **{"nodeinfo__2.1": serving(build_nodeinfo(OURS, Version.V2_1))},
    )

    assert (await fetch_nodeinfo(client, "a.test", base_url=over_http)).actor is None


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"software": "x"},
        {"software": {"name": 1}},
        {"software": {"name": "<b>"}},
        {"software": {"name": "x" * 500}},
    ],
)
def test_a_description_without_software_is_refused(document):
    with pytest.raises(DocumentError):
        read_nodeinfo(document)


def test_odd_values_are_left_out():
    told = read_nodeinfo(
        {
            "software": {"name": "Friendica", "version": 3},
            "protocols": {"inbound": ["activitypub"]},
            "openRegistrations": "yes",
            "usage": {"users": {"total": -1, "activeMonth": "7"}, "localPosts": True},
        }
    )

    assert told.software == Software("friendica", "")
    assert told.protocols == ()
    assert not told.open_registrations
    assert told.usage == Usage(active_month=7)


def test_our_document_has_what_the_schema_demands():
    for version in Version:
        document = build_nodeinfo(OURS, version, metadata={"nodeName": "Region"})

        assert document["version"] == version.value
        assert set(document) == {
            "version", "software", "protocols", "services", "openRegistrations", "usage", "metadata",
        }  # fmt: skip
        assert ("repository" in document["software"]) == (version is Version.V2_1)
        assert document["services"] == {"inbound": [], "outbound": []}
    assert Version.V2_1.content_type == (
        'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
    )


def test_usage_says_only_what_is_known():
    document = build_nodeinfo(NodeInfo(Software("meshwork", "1.0")), Version.V2_0)

    assert document["usage"] == {"users": {}}


def test_the_links_name_both_versions_and_the_servers_actor():
    links = build_links("https://a.test", actor="https://a.test/actor")["links"]

    assert [link["href"] for link in links] == [
        "https://a.test/nodeinfo/2.1",
        "https://a.test/nodeinfo/2.0",
        "https://a.test/actor",
    ]
    assert links[2]["rel"] == "https://www.w3.org/ns/activitystreams#Application"
