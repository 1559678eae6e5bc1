"""Headers that hold bytes no text has, or text that no database keeps: refused, never a fault."""

import asyncio
import base64

import pytest

SEED = b"meshwork_form=" + b"a" * 32
LINES = [
    (b"GET /api/v1/accounts/verify_credentials", b"Authorization: Bearer a\x80", 401),
    (b"GET /api/v1/streaming", b"Sec-WebSocket-Protocol: a\xff", 401),
    (b"GET /auth/sign_in", b"Cookie: meshwork_session=a\x80", 200),
    (b"POST /auth/sign_in", b"Cookie: " + SEED + b"\r\nX-Form-Token: a.\x80", 403),
    (b"POST /auth/sign_in", b"Cookie: " + SEED + b"\r\nX-Form-Token: \x80.a", 403),
    (b"POST /oauth/token?grant_type=client_credentials", b"Authorization: Basic \x80", 401),
    (
        b"POST /oauth/token?grant_type=client_credentials",
        b"Authorization: Basic " + base64.b64encode(b"%00:a"),
        401,
    ),
    (
        b"POST /oauth/token?grant_type=client_credentials",
        b"Authorization: Basic " + base64.b64encode(b"\0:a"),
        401,
    ),
    (b"POST /inbox", b"Content-Type: application/ld+json; profile*0=a; profile*=b", 415),
    (b"POST /inbox", b"Content-Type: application/ld+json; profile=\x80", 415),
]


async def _status(client, request_line: bytes, header: bytes) -> int:
    """Send bytes that no client library would send; return the status of the answer."""
    host = f"{client.host}:{client.port}".encode()
    reader, writer = await asyncio.open_connection(client.host, client.port)
    length = b"Content-Length: 2\r\n" if request_line.startswith(b"POST /inbox") else b""
    writer.write(
        request_line + b" HTTP/1.1\r\nHost: " + host + b"\r\nAccept: text/html\r\n"
        b"Connection: close\r\n" + length + header + b"\r\n\r\n" + (b"{}" if length else b"")
    )
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(("request_line", "header", "status"), LINES)
async def test_odd_bytes_in_a_header_are_refused(client, request_line, header, status):
    assert await _status(client, request_line, header) == status


async def test_a_signature_without_end_is_no_fault_of_ours(client, instance):
    created = int(instance.clock.now().timestamp())
    signature = (
        f'keyId="https://a.example/k",headers="(request-target) host (created)",'
        f'created="{created}",expires="253402300799",signature="YWFh"'
    )
    header = b"Signature: " + signature.encode()
    assert await _status(client, b"GET /people/1", header) in {401, 404}
