"""Hosts, reports and the ledger from the command line."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine, make_person


def _change(folder: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(folder / "meshwork.sqlite")
    with connection:
        connection.execute(statement, values)
    connection.close()


def _policy(run: CommandLine, host: str) -> str:
    for line in run.did("federation", "hosts").splitlines()[1:]:
        if line.split()[0] == host:
            return line.split()[1]
    raise AssertionError(host)


def test_status_tells_mode_and_queue(run: CommandLine):
    said = run.did("federation", "status")
    assert said.startswith("Mode: open, authorized fetch off")
    assert "received, not handled yet        0" in said


def test_a_host_is_blocked_trusted_and_allowed(run: CommandLine):
    assert "social.example is blocked now" in run.did(
        "federation", "block", "Social.example", "--reason", "spam"
    )
    assert _policy(run, "social.example") == "blocked"
    assert "spam" in run.did("federation", "hosts", "--policy", "blocked")
    run.did("federation", "partner", "social.example")
    assert _policy(run, "social.example") == "partner"
    assert "social.example" not in run.did("federation", "hosts", "--policy", "blocked")
    run.did("federation", "allow", "social.example")
    assert _policy(run, "social.example") == "open"


def test_what_allow_does_not_do_in_partners_mode_is_said(run: CommandLine):
    run.environment["MESHWORK_FEDERATION__MODE"] = "partners"
    assert "federation partner" in run.did("federation", "allow", "social.example")


@pytest.mark.parametrize("host", ["not a host", "", "https://a.example/"])
def test_what_is_no_host_is_refused(run: CommandLine, host: str):
    assert run("federation", "block", host).refusal == "host: is not a host name"
    assert len(run.did("federation", "hosts").splitlines()) == 1


def test_given_up_jobs_are_tried_again(run: CommandLine, folder: Path):
    run.did("federation", "block", "a.example")
    _change(folder, "UPDATE job SET state = 'dead', last_error = 'x' WHERE kind = 'look_at_host'")
    assert "jobs dead, look_at_host" in run.did("federation", "status")
    said = run.did("federation", "retry")
    assert said.startswith("1 given-up jobs are tried again")
    assert "jobs ready, look_at_host" in run.did("federation", "status")


def test_a_host_left_alone_is_asked_again(run: CommandLine, folder: Path):
    run.did("federation", "allow", "slow.example")
    _change(
        folder,
        "INSERT INTO job_host (host, failures, probes, closed_until, unavailable, changed_at)"
        " VALUES ('slow.example', 12, 1, '2999-01-01 00:00:00.000000', 0,"
        " '2026-01-01 00:00:00.000000')",
    )
    assert "left alone until" in run.did("federation", "hosts")
    assert "1 hosts are asked again" in run.did("federation", "retry", "--host", "slow.example")
    assert "left alone until" not in run.did("federation", "hosts")


def test_nobody_is_resolved_on_a_refused_or_silent_host(run: CommandLine):
    run.did("federation", "block", "127.0.0.1")
    assert "cannot be had" in run("federation", "resolve", "@ann@127.0.0.1:9").refusal
    assert "cannot be had" in run("federation", "resolve", "http://127.0.0.1:9/ann").refusal
    assert "cannot be had" in run("federation", "resolve", "no handle").refusal


def test_the_ledger_tells_which_hosts_got_what(run: CommandLine, folder: Path):
    number = make_person(run, "ann")
    assert run.did("federation", "ledger", "ann") == "No other host got anything"
    for name in ("1", "2"):
        _change(
            folder,
            "INSERT INTO delivery_ledger (object_uri, host, actor_id, how, first_at, last_at)"
            " VALUES (?, 'social.example', ?, 'delivered', '2026-11-01 10:00:00.000000',"
            " '2026-11-02 10:00:00.000000')",
            f"https://ours.example/posts/{name}",
            number,
        )
    lines = run.did("federation", "ledger", "ann").splitlines()
    assert lines[1].split() == ["social.example", "2", "2026-11-01", "2026-11-02", "0", "of", "2"]
    assert "https://ours.example/posts/2" in run.did("federation", "ledger", str(number), "--all")
    assert "nobody here" in run("federation", "ledger", "bob").refusal


def test_the_ledger_is_read_after_an_erasure(run: CommandLine, folder: Path):
    number = make_person(run, "ann")
    _change(
        folder,
        "INSERT INTO delivery_ledger (object_uri, host, actor_id, how, first_at, last_at)"
        " VALUES ('https://ours.example/posts/1', 'social.example', ?, 'fetched',"
        " '2026-11-01 10:00:00.000000', '2026-11-02 10:00:00.000000')",
        number,
    )
    assert "    social.example" in run.did("erase", "ann", "--yes")
    assert "social.example" in run.did("federation", "ledger", str(number))


def test_reports_are_listed_and_closed(run: CommandLine, folder: Path):
    target = make_person(run, "ann")
    assert run.did("report", "list") == "No open reports"
    _change(
        folder,
        "INSERT INTO report (id, target_id, post_ids, category, comment, forwarded, created_at)"
        " VALUES (77, ?, '[]', 'spam', 'too\nmany', 0, '2026-11-01 10:00:00.000000')",
        target,
    )
    line = run.did("report", "list").splitlines()[1]
    assert line.startswith("77  2026-11-01 10:00  ann")
    assert line.endswith("too many")
    assert run.did("report", "close", "77") == "Closed report 77"
    assert run("report", "close", "77").refusal == "there is no open report 77"
    assert run("report", "close", "x").refusal == "there is no open report x"
