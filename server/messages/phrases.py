"""Quick phrases: what people who share little language say often, in both languages at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.platform.i18n import Message, Translator, say

PHRASES: Final[Sequence[Message]] = (
    say("Hello! How are you?"),
    say("When can we meet?"),
    say("Can you write it in easier words?"),
    say("I am late. Please wait for me."),
    say("I am sorry, I cannot come."),
    say("Thank you!"),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase in the writer's language and in the other's; `theirs` empty when it is one."""

    mine: str
    theirs: str
    tag: str

    @property
    def whole(self) -> str:
        """What goes into the message."""
        return f"{self.mine}\n{self.theirs}" if self.theirs else self.mine


def phrases_for(mine: Translator, theirs: Translator) -> list[Phrase]:
    """Return the phrases for somebody who writes to a reader of another language."""
    made = []
    for one in PHRASES:
        said, heard = mine.say(one), theirs.say(one)
        made.append(Phrase(said, "" if said == heard else heard, theirs.tag))
    return made
