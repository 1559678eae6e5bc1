"""`meshwork person alias` and `move`, between two people of one instance."""

from tests.support.command_line import CommandLine


def _two_people(run: CommandLine) -> None:
    for handle in ("ann", "ann_anew"):
        run.did("person", "create", "--handle", handle, "--kind", "employer")


def test_a_move_needs_the_alias_first_and_can_be_made_once_a_week(run: CommandLine):
    _two_people(run)
    move = ("person", "move", "--handle", "ann", "--to", "ann_anew")
    assert "does not name this one" in run(*move).refusal

    run.did("person", "alias", "--handle", "ann_anew", "--of", "ann")
    assert "has moved to @ann_anew" in run.did(*move)

    assert "once in seven days" in run(*move).refusal


def test_an_alias_can_be_taken_back(run: CommandLine):
    _two_people(run)
    run.did("person", "alias", "--handle", "ann_anew", "--of", "ann")
    run.did("person", "alias", "--handle", "ann_anew", "--of", "ann", "--remove")

    refused = run("person", "move", "--handle", "ann", "--to", "ann_anew").refusal

    assert "does not name this one" in refused


def test_an_account_that_is_not_there_is_said_so(run: CommandLine):
    _two_people(run)

    refused = run("person", "alias", "--handle", "ann", "--of", "nobody_here").refusal

    assert "there is no account" in refused
