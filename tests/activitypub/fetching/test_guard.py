"""The guard: which URLs, addresses and ports may be contacted."""

import socket
import ssl
from ipaddress import ip_address, ip_network

import pytest
import trustme

from activitypub.errors import AddressRefused
from activitypub.fetching.addresses import address_of, is_public, networks_of
from activitypub.fetching.guard import (
    Endpoint,
    Guard,
    GuardedResolver,
    SocketRefused,
    StaticNames,
    SystemNames,
    ssl_context,
)

LOOPBACK = networks_of(("127.0.0.0/8", " ", "::1/128"))

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 -- refused, not bound
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2620:4f:8000::1",
    "4000::1",
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_only_global_unicast_is_public(text):
    address = address_of(text)
    assert address is not None
    assert not is_public(address)
    with pytest.raises(AddressRefused):
        Guard().checked_url(f"https://{f'[{text}]' if ':' in text else text}/x")


@pytest.mark.parametrize(
    "text",
    [
        "8.8.8.8",
        "1.1.1.1",
        "::ffff:8.8.8.8",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_global_addresses_are_public(text):
    address = address_of(text)
    assert address is not None
    assert is_public(address)


def test_an_address_with_a_zone_is_not_public():
    assert not is_public(ip_address("2606:4700::1111%eth0"))


@pytest.mark.parametrize(
    "url",
    [
        "http://social.example/x",
        "https://social.example:8443/x",
        "ftp://social.example/x",
        "data:application/activity+json,{}",
        "file:///etc/passwd",
        "//social.example/x",
        "social.example",
        "",
        "https://ann:secret@social.example/x",
        "https://ann@social.example/x",
        "https://social.example\\@evil.example/x",
        "https://social.example/a b",
        "https://social.example/a\nb",
        "https:///x",
        "https://social.example:0/x",
        "https://social.example:99999/x",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://social.example/" + "x" * 2048,
    ],
)
def test_what_is_not_plain_https_to_the_world_is_refused(url):
    with pytest.raises(AddressRefused):
        Guard().checked_url(url)


def test_a_plain_https_url_passes_with_its_escapes_untouched():
    assert str(Guard().checked_url("https://Social.Example/a%2Fb?x=%41#key")) == (
        "https://social.example/a%2Fb?x=%41"
    )


def test_http_and_other_ports_pass_only_where_private_networks_are_allowed():
    guard = Guard(allowed_networks=LOOPBACK)

    assert guard.checked_url("http://127.0.0.1:8080/x").port == 8080
    assert guard.checked_url("http://[::1]:8080/x").port == 8080
    for url in (
        "http://8.8.8.8/",
        "https://8.8.8.8:8443/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
    ):
        with pytest.raises(AddressRefused):
            guard.checked_url(url)
    with pytest.raises(AddressRefused):
        guard.checked_url("http://127.0.0.1:443/")


def test_plain_http_by_name_ends_at_public_addresses():
    guard = Guard(allowed_networks=LOOPBACK)

    assert not guard.may_connect(ip_address("8.8.8.8"), 80)
    assert not guard.may_connect(ip_address("8.8.8.8"), 8443)
    assert guard.may_connect(ip_address("8.8.8.8"), 443)
    assert guard.may_connect(ip_address("127.0.0.1"), 80)


async def test_a_name_yields_only_addresses_that_may_be_contacted():
    class Mixed:
        async def endpoints(self, _host, port):
            return [
                Endpoint("10.0.0.1", port),
                Endpoint("8.8.8.8", port),
                Endpoint("fe80::1%2", port),
            ]

    resolver = GuardedResolver(Guard(names=Mixed()))

    found = await resolver.resolve("social.example", 443)
    assert [entry["host"] for entry in found] == ["8.8.8.8"]
    with pytest.raises(AddressRefused):
        await resolver.resolve("social.example", 80)
    await resolver.close()


async def test_a_name_that_leads_inside_only_is_refused():
    guard = Guard(names=StaticNames({"inside.example": Endpoint("192.168.0.1", 443)}))

    with pytest.raises(AddressRefused):
        await guard.endpoints("inside.example", 443)


async def test_static_names_replace_the_port_and_pass_others_on():
    table = StaticNames({"A.test": Endpoint("127.0.0.1", 8443)})
    chained = StaticNames({}, otherwise=table)

    assert await chained.endpoints("a.test.", 443) == [("127.0.0.1", 8443)]
    with pytest.raises(OSError, match="no such name"):
        await chained.endpoints("b.test", 443)


async def test_the_system_knows_localhost():
    found = await SystemNames().endpoints("localhost", 80)
    assert {endpoint.address for endpoint in found} & {"127.0.0.1", "::1"}


def test_no_socket_is_opened_to_a_forbidden_address():
    guard = Guard(allowed_networks=(ip_network("127.0.0.0/8"),))
    stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")

    guard.open_socket((*stream, ("127.0.0.1", 80))).close()
    for sockaddr in (("10.0.0.1", 443), ("8.8.8.8", 80), ("not an address", 443)):
        with pytest.raises(SocketRefused):
            guard.open_socket((*stream, sockaddr))


def test_the_authorities_of_a_file_are_trusted_beside_the_systems(tmp_path):
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)

    ours, plain = ssl_context(file), ssl_context()

    assert ours.verify_mode is ssl.CERT_REQUIRED
    assert ours.check_hostname
    assert len(ours.get_ca_certs()) == len(plain.get_ca_certs()) + 1


def test_a_setting_that_is_no_network_is_an_error():
    with pytest.raises(ValueError, match="does not appear to be"):
        networks_of(("loopback",))
