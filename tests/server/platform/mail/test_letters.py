"""A mail's headers and parts, and what hostile texts do to them: nothing."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from server.platform.mail.letters import Envelope, Letter, message_of
from server.platform.mail.rules import Address

LETTER = Letter(subject="Hello", text="Plain\n", html="<p>Rich</p>", language="nl")


def envelope(**said: object) -> Envelope:
    parts = {
        "sender": Address("noreply", "ours.example"),
        "sender_name": "Ours",
        "recipient": Address("ann", "far.example"),
        "message_id": "1.ab@ours.example",
        "at": datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    }
    return Envelope(**{**parts, **said})  # type: ignore[arg-type]


def read(message: EmailMessage) -> EmailMessage:
    return message_from_bytes(bytes(message), EmailMessage, policy=default)


def test_a_mail_is_text_and_html_with_the_headers_of_its_kind():
    stop = "https://ours.example/mail/stop/1.digest.ab"
    found = read(message_of(LETTER, envelope(unsubscribe=stop)))

    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert found["Subject"] == "Hello"
    assert found["From"] == "Ours <noreply@ours.example>"
    assert found["To"] == "ann@far.example"
    assert found["Message-ID"] == "<1.ab@ours.example>"
    assert found["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert found["Content-Language"] == "nl"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] == f"<{stop}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_about_the_account_cannot_be_unsubscribed():
    found = read(message_of(LETTER, envelope()))
    assert found["List-Unsubscribe"] is None
    assert found["List-Unsubscribe-Post"] is None


@given(st.text(), st.text())
def test_no_text_adds_a_header(subject: str, name: str):
    letter = Letter(subject=subject, text="x", html="x", language="en")
    raw = bytes(message_of(letter, envelope(sender_name=name)))
    found = message_from_bytes(raw, EmailMessage, policy=default)
    assert sorted(key.lower() for key in found) == [
        "auto-submitted", "content-language", "content-type", "date", "from", "message-id",
        "mime-version", "subject", "to", "x-auto-response-suppress",
    ]  # fmt: skip


def test_a_line_end_in_a_subject_is_a_space():
    letter = Letter(subject="Hi\r\nBcc: eve@far.example", text="x", html="x", language="en")
    found = read(message_of(letter, envelope(sender_name="A\r\nB")))
    assert found["Bcc"] is None
    assert found["Subject"] == "Hi Bcc: eve@far.example"
