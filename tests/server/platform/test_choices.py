"""What staff choose: defaults hold until something admissible was chosen."""

import pytest

from server.platform.choices import Choice, choose, chosen
from server.platform.i18n import say
from server.platform.instance import Instance

MODE = Choice(
    name="tests.mode",
    label=say("Mode"),
    help=say("How it is done"),
    default="calm",
    options=(("calm", say("Calm")), ("quick", say("Quick"))),
)
COUNT = Choice(name="tests.count", label=say("Count"), help=say("How many"), default=3, most=9)


async def test_the_default_holds_until_something_was_chosen(instance: Instance) -> None:
    assert await instance.read(chosen, MODE) == "calm"

    await instance.work(choose, MODE, "quick")

    assert await instance.read(chosen, MODE) == "quick"
    await instance.work(choose, MODE, "calm")
    assert await instance.read(chosen, MODE) == "calm"


@pytest.mark.parametrize(
    ("choice", "value"), [(MODE, "wild"), (MODE, 3), (COUNT, 10), (COUNT, -1), (COUNT, True)]
)
async def test_what_a_choice_does_not_admit_is_refused(
    instance: Instance, choice: Choice[object], value: object
) -> None:
    with pytest.raises(ValueError, match=r"tests\."):
        await instance.work(choose, choice, value)

    assert await instance.read(chosen, choice) == choice.default


async def test_a_value_that_is_no_option_any_more_counts_as_not_chosen(instance: Instance) -> None:
    former = Choice(name="tests.mode", label=MODE.label, help=MODE.help, default="old")
    await instance.work(choose, former, "older")

    assert await instance.read(chosen, MODE) == "calm"
