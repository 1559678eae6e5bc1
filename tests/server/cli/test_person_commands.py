"""People, logins and tokens from the command line."""

import io
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, make_person


def _create(run: CommandLine, handle: str, *more: str) -> str:
    return run.did(
        "person", "create", "--handle", handle, "--kind", "employer",
        "--email", "jobs@bakery.example", "--password", "a long sentence", *more,
    )  # fmt: skip


def test_a_person_is_made_with_a_login(run: CommandLine):
    said = _create(run, "bakery", "--name", "The Bakery", "--staff", "admin")
    assert said.startswith("Created employer @bakery (reach fediverse, id ")
    assert "https://ours.example/auth/sign_in as jobs@bakery.example (a new login)" in said
    listed = run.did("person", "list").splitlines()
    assert listed[0].split()[:3] == ["HANDLE", "KIND", "REACH"]
    assert "The Bakery" in listed[1]
    assert "admin" in listed[1]


def test_reach_is_as_short_as_the_kind_allows_unless_it_is_given(run: CommandLine):
    assert "reach home" in run.did("person", "create", "--handle", "t", "--kind", "talent")
    assert "reach partners" in run.did("person", "create", "--handle", "m", "--kind", "mentor")
    said = run.did("person", "create", "--handle", "o", "--kind", "mentor", "--reach", "fediverse")
    assert "reach fediverse" in said
    assert "nobody can sign in" in said


def test_a_known_email_gets_the_person_added_to_its_login(run: CommandLine):
    _create(run, "bakery")
    ran = run("person", "create", "--handle", "shop", "--kind", "employer", "--email",
              "JOBS@bakery.example", "--password", "another sentence")  # fmt: skip
    assert ran.code == 0
    assert "(the login that exists)" in ran.out
    assert "its password was left as it is" in ran.err
    logins = [line.split()[-2] for line in run.did("person", "list").splitlines()[1:]]
    assert logins == ["1", "1"]


def test_a_talent_without_a_handle_gets_a_random_one(run: CommandLine):
    said = run.did("person", "create", "--kind", "talent")
    handle = said.partition("@")[2].partition(" ")[0]
    assert handle.count("_") == 2
    assert "--handle is needed" in run("person", "create", "--kind", "mentor").refusal


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--handle", "a b"], "handle: must be letters"),
        (["--handle", "ann", "--email", "nonsense", "--password", "a long sentence"], "email"),
        (["--handle", "ann", "--email", "a@b.example", "--password", "short"], "password"),
        (["--handle", "ann", "--staff", "admin"], "--email"),
        (["--handle", "ann", "--password", "a long sentence"], "--email"),
    ],
)
def test_a_refused_person_leaves_nothing(run: CommandLine, arguments: list[str], why: str):
    assert why in run("person", "create", "--kind", "employer", *arguments).refusal
    assert len(run.did("person", "list").splitlines()) == 1


def test_a_taken_handle_is_refused(run: CommandLine):
    make_person(run, "ann")
    refusal = run("person", "create", "--handle", "ANN", "--kind", "mentor").refusal
    assert refusal == "handle: is taken already"


def test_a_password_is_read_from_standard_input(run: CommandLine, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence\n"))
    said = run.did("person", "create", "--handle", "ann", "--kind", "mentor", "--email",
                   "ann@work.example", "--password", "-")  # fmt: skip
    assert "a new login" in said


def test_no_password_at_all_is_refused(run: CommandLine, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = run("person", "create", "--handle", "ann", "--kind", "mentor", "--email", "a@b.example")
    assert "no password was given" in ran.refusal


def test_reach_is_changed(run: CommandLine):
    make_person(run, "ann", "mentor")
    said = run.did("person", "reach", "--handle", "ann", "--reach", "fediverse")
    assert said == "@ann has the reach fediverse (it was partners)"
    assert (
        "nobody here is called 'bob'"
        in run("person", "reach", "--handle", "bob", "--reach", "home").refusal
    )


def test_a_new_password_ends_tokens(run: CommandLine):
    _create(run, "bakery")
    run.did("token", "create", "--handle", "bakery")
    said = run.did("person", "password", "--email", "jobs@bakery.example", "--password",
                   "a longer sentence")  # fmt: skip
    assert "has ended" in said
    refusal = run(
        "person", "password", "--email", "x@y.example", "--password", "a sentence"
    ).refusal
    assert refusal == "no login has this e-mail address"


def test_somebody_is_suspended_and_restored(run: CommandLine):
    make_person(run, "ann")
    run.did("person", "suspend", "--handle", "ann")
    assert "suspended" in run.did("person", "list")
    run.did("person", "restore", "--handle", "@ann")
    assert "suspended" not in run.did("person", "list")


def test_a_token_is_printed_and_nothing_else(run: CommandLine):
    make_person(run, "ann")
    token = run.did("token", "create", "--handle", "ann", "--scopes", "read write follow push")
    assert "\n" not in token
    assert len(token) == 43
    assert token != run.did("token", "create", "--handle", "ann")


def test_a_token_is_refused_for_nobody_and_for_unknown_scopes(run: CommandLine, folder: Path):
    make_person(run, "ann")
    assert "nobody here" in run("token", "create", "--handle", "bob").refusal
    refusal = run("token", "create", "--handle", "ann", "--scopes", "read admin:write").refusal
    assert refusal == "scopes: names an unknown scope"
