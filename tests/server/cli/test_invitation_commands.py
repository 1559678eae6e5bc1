"""Invitations from the command line."""

import re

from tests.support.command_line import CommandLine


def test_a_code_is_made_listed_and_revoked(run: CommandLine):
    said = run.did("invitation", "create", "--kind", "talent", "--vouch", "--uses", "20")
    code, link = said.splitlines()
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert link == f"https://ours.example/join/{code.replace('-', '')}"
    listed = run.did("invitation", "list").splitlines()
    assert listed[1].split()[:3] == [code, "talent", "0/20"]
    assert "works" in listed[1]
    assert "Nobody can join" in run.did("invitation", "revoke", code)
    assert "revoked" in run.did("invitation", "list")


def test_an_impossible_wish_or_an_unknown_code_is_refused_in_one_line(run: CommandLine):
    for wrong in (
        ("create", "--uses", "0"), ("create", "--days", "9999"), ("create", "--language", "xx"),
        ("revoke", "ABCD-2345"), ("revoke", "nonsense"),
    ):  # fmt: skip
        ran = run("invitation", *wrong)
        assert ran.code == 1
        assert len(ran.err.strip().splitlines()) == 1
