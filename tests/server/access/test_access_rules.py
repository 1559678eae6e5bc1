"""What access decides without a database: addresses, names, passwords, codes."""

import pytest

from server.access import rules


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ann@Ours.Example", "ann@ours.example"),
        (" ann+jobs@ours.example ", "ann+jobs@ours.example"),
        ("o'brien@ours.example", "o'brien@ours.example"),
        ("a.b_c-d@b\u00fccher.example", "a.b_c-d@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_spelling(text, address):
    assert rules.clean_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "ann", "@ours.example", "ann@", "ann@localhost", "a b@ours.example",
        "ann@ours.example\nBcc: x@y.example", "ann\x00@ours.example", ".ann@ours.example",
        "ann.@ours.example", "a..b@ours.example", '"a b"@ours.example', "ann<x>@ours.example",
        "ann@ours.example,ben@ours.example", "ann@[127.0.0.1]", "ann@127.0.0.1",
        "x" * 65 + "@ours.example", "ann@" + "x" * 260 + ".example", "\u00e4nn@ours.example",
    ],
)  # fmt: skip
def test_anything_else_is_no_address(text):
    assert rules.clean_email(text) is None


def test_a_password_has_a_length_and_more_than_one_letter():
    assert rules.is_password("x1" * 5)
    assert not rules.is_password("short")
    assert not rules.is_password("x" * 12)
    assert not rules.is_password("xy" * 101)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sam", "sam"), (" فاطمة ", "فاطمة"), ("ＳＡＭ", "sam"), ("o.neil-3", "o.neil-3"),
        ("ab", None), ("x" * 31, None), ("sam@ours.example", None), ("-sam", None),
        ("sam smith", None), ("sam\n", "sam"), ("sa\u200bm", None), ("", None),
    ],
)  # fmt: skip
def test_a_sign_in_name_has_one_spelling(text, name):
    assert rules.clean_name(text) == name


def test_a_code_is_read_however_it_is_typed():
    code = rules.new_code()
    assert len(code) == 14
    assert rules.code_as_typed(code) == code
    assert rules.code_as_typed(code.lower().replace("-", " ") + "\n") == code
    assert rules.new_code() != code
    assert set(code) <= set("ABCDEFGHJKMNPQRSTVWXYZ23456789-")


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0",
            "Firefox, Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_known_by_its_family_only(agent, family):
    assert rules.browser_family(agent) == family
