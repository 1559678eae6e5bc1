"""What the staff may choose while the instance runs: one form, made of what the rooms declare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from server.activity_log.service import record
from server.people.reader import Reader, reader_of, see
from server.platform.choices import Choice, admits, choose, chosen
from server.platform.http.decorators import form, page
from server.platform.http.parameters import Parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work

ADMINS: Final = frozenset({"admin"})
_LONG: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One choice as the form shows it: its value, and what is wrong with what was sent."""

    choice: Choice[Any]
    value: Any
    fault: Message | None = None

    @property
    def control(self) -> str:
        """How it is asked for: options, yes_no, number, line or text."""
        if self.choice.options:
            return "options"
        if isinstance(self.choice.default, bool):
            return "yes_no"
        if isinstance(self.choice.default, int):
            return "number"
        return "text" if self.choice.is_long or self.choice.most > _LONG else "line"

    @property
    def is_default(self) -> bool:
        """Tell whether it is what we would choose."""
        return bool(self.value == self.choice.default)


def _choices(reader: Reader) -> list[Choice[Any]]:
    return [one for feature in reader.instance.features for one in feature.choices]


@page(needs="login", staff=ADMINS)
async def choices(request: web.Request) -> web.StreamResponse:
    """Show every choice with its meaning."""
    reader = await reader_of(request)
    asked = await reader.instance.read(_asked, _choices(reader))
    return await _form(reader, asked)


def _asked(r: Reading, offered: Sequence[Choice[Any]]) -> list[Asked]:
    return [Asked(one, chosen(r, one)) for one in offered]


async def _form(reader: Reader, asked: Sequence[Asked]) -> web.Response:
    wrong = any(one.fault for one in asked)
    context = {"asked": asked, "is_saved": reader.parameters.flag("saved"), "wrong": wrong}
    return await render(reader.request, "admin/choices.html", context, status=422 if wrong else 200)


@form(needs="login", staff=ADMINS)
async def send_choices(request: web.Request) -> web.StreamResponse:
    """Keep all choices, or none when one of them is wrong."""
    reader = await reader_of(request)
    asked = [_sent(one, reader.parameters) for one in _choices(reader)]
    if any(one.fault for one in asked):
        return await _form(reader, asked)
    wanted = {one.choice.name: one.value for one in asked}
    await reader.instance.work(_keep, visitor_of(request).login, _choices(reader), wanted)
    return see(path_for(request.app, "admin.choices", query={"saved": "true"}))


def _sent(choice: Choice[Any], sent: Parameters) -> Asked:
    typed = (sent.text(choice.name) or "").replace("\r\n", "\n").strip()
    value = _read(choice, typed)
    if value is None or not admits(choice, value):
        return Asked(choice, typed, _fault(choice))
    return Asked(choice, value)


def _read(choice: Choice[Any], typed: str) -> str | bool | int | None:
    if isinstance(choice.default, bool):
        return {"true": True, "false": False}.get(typed)
    if isinstance(choice.default, int):
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONG else None
    return typed


def _fault(choice: Choice[Any]) -> Message:
    if choice.options or isinstance(choice.default, bool):
        return say("Choose one of the given values.")
    if isinstance(choice.default, int):
        return say(
            "Type a number from %(least)d to %(most)d.", least=choice.least, most=choice.most
        )
    return say("Write at most %(limit)s characters.", limit=choice.most)


def _keep(
    w: Work, login_id: int, offered: Sequence[Choice[Any]], wanted: Mapping[str, Any]
) -> None:
    for choice in offered:
        if chosen(w, choice) != wanted[choice.name]:
            choose(w, choice, wanted[choice.name])
            record(
                w, login_id=login_id, verb="choose", subject_type="choice", subject_id=choice.name
            )
