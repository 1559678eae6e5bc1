"""What is still to be asked of somebody who joins: pure, from answers, door and texts."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from server.joining.drafts import Answers
from server.joining.rules import LEAST_APPLICATION, Door, Step, steps_of
from server.people.model import PersonKind
from server.platform.i18n import Translator
from server.privacy.texts import ShownText, notices, questions, shown


def texts_for(kind: str | None, translator: Translator) -> list[ShownText]:
    """Return every text that somebody of a kind reads before joining, in their language."""
    if kind is None:
        return []
    known = PersonKind(kind)
    return [shown(one, translator) for one in (*notices(known), *questions(known))]


def marks(texts: Sequence[ShownText]) -> tuple[tuple[str, int, str], ...]:
    """Return what a draft keeps of texts that were read."""
    return tuple((text.purpose, text.version, text.fingerprint) for text in texts)


def first_open(answers: Answers, door: Door, texts: Sequence[ShownText]) -> Step:
    """Return the first step that is not answered; the last, to look it all over, never is."""
    for step in steps_of(door):
        if not is_done(step, answers, door, texts):
            return step
    return Step.CHECK


def is_done(step: Step, answers: Answers, door: Door, texts: Sequence[ShownText]) -> bool:
    """Tell whether a step is answered in a way that still holds."""
    if step is Step.KIND:
        return answers.kind in door.kinds
    if step is Step.AGREE:
        return answers.decided and answers.read == marks(texts)
    return _DONE[step](answers)


def _can_sign_in(answers: Answers) -> bool:
    return bool((answers.email or answers.sign_in_name) and answers.password_hash)


_DONE: Final[Mapping[Step, Callable[[Answers], bool]]] = MappingProxyType(
    {
        Step.AGE: lambda answers: answers.old_enough,
        Step.NAME: lambda answers: answers.named,
        Step.SIGN_IN: _can_sign_in,
        Step.CONFIRM: lambda answers: answers.confirmed,
        Step.APPLICATION: lambda answers: len(answers.application) >= LEAST_APPLICATION,
        Step.CHECK: lambda _: False,
    }
)
