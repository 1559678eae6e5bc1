"""Where somebody stands in the wizard: their draft, the way in, the steps, the languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from server.joining.asking import first_open, texts_for
from server.joining.doors import can_mail, door_of
from server.joining.drafts import COOKIE, Answers, Draft, draft_of
from server.joining.pairing import Pairing, Said
from server.joining.rules import Door, Step, steps_of
from server.people.reader import Reader, reader_of
from server.platform.http.locales import TRANSLATOR
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.privacy.texts import ShownText

Faults = Mapping[str, Message]

TITLES: Mapping[Step, Message] = {
    Step.KIND: say("Who are you?"),
    Step.AGE: say("Your age"),
    Step.NAME: say("Your name here"),
    Step.SIGN_IN: say("How you sign in"),
    Step.CONFIRM: say("Look in your e-mail"),
    Step.AGREE: say("Your data, your choice"),
    Step.APPLICATION: say("Tell us about you"),
    Step.CHECK: say("Is everything right?"),
}


@dataclass(frozen=True, slots=True)
class Guide:
    """One request inside the wizard."""

    reader: Reader
    draft: Draft
    door: Door
    texts: Sequence[ShownText]
    both: Pairing

    @property
    def answers(self) -> Answers:
        """What has been filled in so far."""
        return self.draft.answers

    @property
    def steps(self) -> Sequence[Step]:
        """The steps of this way in."""
        return steps_of(self.door)

    @property
    def due(self) -> Step:
        """The first step that is not answered."""
        return first_open(self.answers, self.door, self.texts)

    def may_see(self, step: Step) -> bool:
        """Tell whether a step can be opened: one that is answered, or the next one."""
        order = self.steps
        return step in order and order.index(step) <= order.index(self.due)

    def before(self, step: Step) -> Step | None:
        """Return the step before, if there is one."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def path(self, step: Step) -> str:
        """Return the address of a step."""
        return path_for(self.reader.request.app, "joining.step", step=step.value)


async def guide_of(request: web.Request) -> Guide | None:
    """Return where the browser's owner stands, or None when nothing was begun in this browser.

    The page speaks the language that was chosen at the beginning. Raises NoWayIn when the way has
    been shut since.
    """
    reader = await reader_of(request)
    mails = can_mail(reader.instance.settings)
    found = await reader.instance.read(_standing, request.cookies.get(COOKIE), mails=mails)
    if found is None:
        return None
    draft, door = found
    languages = reader.instance.languages
    first = languages.translator(draft.answers.language)
    request[TRANSLATOR] = first
    other = draft.answers.coach_language
    second = languages.translator(other) if other and other != first.tag else None
    texts = texts_for(draft.answers.kind, first)
    return Guide(reader, draft, door, texts, Pairing(first, second))


def _standing(r: Reading, browser: str | None, *, mails: bool) -> tuple[Draft, Door] | None:
    draft = draft_of(r, browser)
    return None if draft is None else (draft, door_of(r, draft.answers, mails=mails))


async def show_step(
    guide: Guide,
    step: Step,
    faults: Faults | None = None,
    *,
    status: int = 200,
    more: Mapping[str, object] | None = None,
) -> web.Response:
    """Return the page of a step, with what is wrong and what was typed."""
    order = guide.steps
    sent = guide.reader.parameters
    answer = await render(
        guide.reader.request,
        f"joining/{step.value.replace('-', '_')}.html",
        {
            "guide": guide,
            "answers": guide.answers,
            "door": guide.door,
            "both": guide.both,
            "say": say,
            "step": step,
            "title": TITLES[step],
            "number": order.index(step) + 1,
            "of": len(order),
            "before": guide.before(step),
            "faults": Said((name, [guide.both(said)]) for name, said in (faults or {}).items()),
            "typed": lambda name, known="": _typed(sent.raw(name), known),
            **(more or {}),
        },
        status=status,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _typed(sent: object, known: str | None) -> str:
    return sent if isinstance(sent, str) and sent else known or ""
