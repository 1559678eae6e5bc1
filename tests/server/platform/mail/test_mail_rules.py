"""Mails: ways out, spellings and ends, without sending any."""

import dataclasses
from pathlib import Path

import pytest

from server.platform.mail.rules import Way, is_final, one_line, read_address, way_of
from server.settings import InstanceSettings, MailSettings, Settings, SettingsError, load


def settings_with(base_url: str, **mail: object) -> Settings:
    return dataclasses.replace(
        Settings(),
        instance=InstanceSettings(base_url=base_url),
        mail=MailSettings(**mail),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        (settings_with("http://localhost:8080"), Way.FOLDER),
        (settings_with("http://127.0.0.1:8080"), Way.FOLDER),
        (settings_with("http://[::1]:8080"), Way.FOLDER),
        (settings_with("https://ours.example"), Way.NONE),
        (settings_with("https://ours.example", host="mail.example"), Way.SMTP),
        (settings_with("http://localhost:8080", host="mail.example"), Way.SMTP),
        (settings_with("https://ours.example", folder=Path("/somewhere")), Way.FOLDER),
    ],
)
def test_the_way_out_follows_the_settings(settings: Settings, way: Way):
    assert way_of(settings) is way


@pytest.mark.parametrize(
    ("text", "address", "needs_utf8"),
    [
        ("Ann@Ours.Example", "Ann@ours.example", False),
        ("ann@bücher.example", "ann@xn--bcher-kva.example", False),
        ("用户@bücher.example", "用户@xn--bcher-kva.example", True),
        ("ann+here@ours.example", "ann+here@ours.example", False),
    ],
)
def test_addresses_are_spelt_for_the_wire(text: str, address: str, needs_utf8: bool):
    found = read_address(text)
    assert found is not None
    assert str(found) == address
    assert found.needs_utf8 is needs_utf8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@ours.example",
        "ann@",
        "ann@ours.example\r\nBcc: eve@far.example",
        "ann\n@ours.example",
        "ann,eve@ours.example",
        "<ann>@ours.example",
        '"ann"@ours.example',
        "a b@ours.example",
        "ann@eve@ours.example",
        ".ann@ours.example",
        "a..b@ours.example",
        f"{'a' * 65}@ours.example",
        f"ann@{'a' * 250}.example",
    ],
)
def test_what_could_mean_something_in_a_header_is_no_address(text: str):
    assert read_address(text) is None


def test_a_header_is_one_line_and_not_endless():
    assert one_line("Hello\r\nBcc: eve@far.example") == "Hello Bcc: eve@far.example"
    assert one_line("a\x00b\x7fc") == "a b c"
    assert len(one_line("x" * 500)) == 200


@pytest.mark.parametrize(
    ("code", "final"),
    [(550, True), (553, True), (552, True), (554, True), (451, False), (421, False),
     (535, False), (530, False), (502, False)],
)  # fmt: skip
def test_only_replies_about_the_mail_itself_are_final(code: int, final: bool):
    assert is_final(code) is final


@pytest.mark.parametrize(
    "environment",
    [
        {"MESHWORK_MAIL__SECURITY": "ssl"},
        {
            "MESHWORK_MAIL__HOST": "mail.example",
            "MESHWORK_MAIL__SECURITY": "none",
            "MESHWORK_MAIL__PASSWORD": "x",
        },
        {"MESHWORK_MAIL__SENDER": "nobody"},
        {"MESHWORK_MAIL__SENDER_NAME": "a\nb"},
    ],
)
def test_settings_that_would_harm_are_refused(environment: dict[str, str]):
    with pytest.raises(SettingsError):
        load(None, environment)
