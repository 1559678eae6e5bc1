"""What each page of the wizard reads from its form and keeps; each returns what is wrong."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from server.access.names import login_by_name
from server.access.passwords import Passwords
from server.access.rules import clean_email, clean_name, is_password
from server.federation import actors
from server.joining.asking import marks
from server.joining.choices import LEAST_AGE
from server.joining.confirming import await_address, confirm_address
from server.joining.drafts import save_answers
from server.joining.guide import Faults, Guide
from server.joining.making import fresh_pseudonym
from server.joining.rules import (
    LEAST_APPLICATION,
    MOST_APPLICATION,
    Step,
)
from server.people.model import PersonKind
from server.people.rules import MAX_DISPLAY_NAME, is_handle
from server.platform.choices import chosen
from server.platform.http.limits import spend
from server.platform.i18n import Message, say
from server.platform.work import Work
from server.privacy.texts import questions

_MOST_PASSWORD_SENT: Final = 1_000
_FINE: Final[Faults] = MappingProxyType({})


async def _kind(guide: Guide) -> Faults:
    wanted = guide.reader.parameters.text("kind", max_length=20)
    if wanted not in guide.door.kinds:
        return {"kind": say("Choose one of these.")}
    await guide.reader.instance.work(_keep_kind, guide, wanted)
    return _FINE


def _keep_kind(w: Work, guide: Guide, kind: str) -> None:
    if kind == guide.answers.kind:
        return
    handle = fresh_pseudonym(w) if kind == PersonKind.TALENT else None
    save_answers(
        w, guide.draft.row.id, kind=kind, handle=handle, name="", named=False, old_enough=False,
        decided=False, agreed=(),
    )  # fmt: skip


async def _age(guide: Guide) -> Faults:
    if not guide.reader.parameters.flag("old_enough"):
        least = await guide.reader.instance.read(chosen, LEAST_AGE)
        return {"old_enough": say("You can join when you are %(age)s. Tick the box.", age=least)}
    await guide.reader.instance.work(save_answers, guide.draft.row.id, old_enough=True)
    return _FINE


async def _name(guide: Guide) -> Faults:
    if guide.answers.kind == PersonKind.TALENT:
        await guide.reader.instance.work(_keep_pseudonym, guide)
        return _FINE
    name = (guide.reader.parameters.text("name", max_length=500) or "").strip()
    handle = (guide.reader.parameters.text("handle", max_length=100) or "").strip().lstrip("@")
    faults: dict[str, Message] = {}
    if not name:
        faults["name"] = say("Please fill this in.")
    elif len(name) > MAX_DISPLAY_NAME:
        faults["name"] = say("is too long (at most %(most)s)", most=MAX_DISPLAY_NAME)
    if handle and not is_handle(handle):
        faults["handle"] = say("Use only letters from a to z, digits and _.")
    elif handle and await guide.reader.instance.read(actors.local_actor, handle) is not None:
        faults["handle"] = say("Somebody has this name already. Choose another one.")
    if not faults:
        await guide.reader.instance.work(
            save_answers, guide.draft.row.id, name=name, handle=handle or None, named=True
        )
    return faults


def _keep_pseudonym(w: Work, guide: Guide) -> None:
    """Keep the drawn handle; draw again when it was asked for, or when somebody took it."""
    handle = guide.answers.handle
    again = guide.reader.parameters.text("go", max_length=20) == "again"
    if again or handle is None or actors.local_actor(w, handle) is not None:
        handle = fresh_pseudonym(w)
    save_answers(w, guide.draft.row.id, handle=handle, named=True)


async def _sign_in(guide: Guide) -> Faults:
    sent = guide.reader.parameters
    if guide.answers.invitation_id is None and sent.text("website", max_length=500):
        return {"": say("Leave the hidden field empty.")}  # people do not see it, programs fill it
    faults = {
        **await _address(guide),
        **(await _sign_in_name(guide) if guide.door.vouched else {}),
        **await _password(guide),
    }
    if faults:
        return faults
    password = sent.text("password", max_length=_MOST_PASSWORD_SENT)
    changes: dict[str, object] = {}
    if password:
        hashed = await guide.reader.instance.part(Passwords).hash(password)
        changes["password_hash"] = hashed
    if guide.door.vouched:
        changes["sign_in_name"] = sent.text("sign_in_name", max_length=100)
    email = clean_email(sent.text("email", max_length=320) or "")
    if guide.door.confirms and email is not None:
        if email != guide.answers.email or not guide.answers.confirmed:
            await _send_code(guide, email)
    else:
        changes["email"] = email
    await guide.reader.instance.work(save_answers, guide.draft.row.id, **changes)
    return _FINE


async def _address(guide: Guide) -> dict[str, Message]:
    typed = guide.reader.parameters.text("email", max_length=320)
    if not typed:
        return {} if guide.door.vouched else {"email": say("Please fill this in.")}
    if clean_email(typed) is None:
        return {"email": say("This is not an e-mail address. It looks like name@post.example.")}
    return {}


async def _sign_in_name(guide: Guide) -> dict[str, Message]:
    typed = guide.reader.parameters.text("sign_in_name", max_length=100)
    name = clean_name(typed) if typed else None
    if name is None:
        return {"sign_in_name": say("Use 3 to 30 letters or digits, without spaces.")}
    if await guide.reader.instance.read(login_by_name, name) is not None:
        return {"sign_in_name": say("Somebody has this name already. Add a number, for example.")}
    return {}


async def _password(guide: Guide) -> dict[str, Message]:
    typed = guide.reader.parameters.text("password", max_length=_MOST_PASSWORD_SENT)
    if not typed and guide.answers.password_hash:
        return {}
    if not typed or not is_password(typed):
        return {"password": say("Use at least 10 letters or digits. A short sentence is good.")}
    return {}


async def _send_code(guide: Guide, email: str) -> None:
    if guide.answers.invitation_id is None:
        spend(guide.reader.request, "sign_up")
    spend(guide.reader.request, "sign_up", _mark_of(guide, email))
    await guide.reader.instance.work(
        await_address, guide.draft.row.id, email, guide.answers.language
    )


def _mark_of(guide: Guide, email: str) -> str:
    return f"address {guide.reader.instance.vault.blind_index(f'joining {email}')}"


async def _confirm(guide: Guide) -> Faults:
    if guide.reader.parameters.text("go", max_length=20) == "again":
        if guide.answers.email is not None:
            await _send_code(guide, guide.answers.email)
        return _FINE
    typed = guide.reader.parameters.text("code", max_length=40) or ""
    is_right = await guide.reader.instance.work(
        confirm_address,
        guide.draft.row.id,
        typed,
        mailed=guide.answers.mailed_code,
        tries=guide.answers.tries,
    )
    return _FINE if is_right else {"code": say("This is not the code of the last letter.")}


async def _agree(guide: Guide) -> Faults:
    sent = guide.reader.parameters
    if sent.texts("read", max_length=64) != [mark for _, _, mark in marks(guide.texts)]:
        return {"": say("The text has changed. Please read it again.")}
    if not sent.flag("understood"):
        return {"understood": say("Tick the box when you have read it.")}
    asked = {one.name for one in questions(PersonKind(guide.answers.kind or ""))}
    agreed = tuple(name for name in sent.texts("agreed", max_length=60) if name in asked)
    await guide.reader.instance.work(
        save_answers, guide.draft.row.id, decided=True, agreed=agreed, read=marks(guide.texts)
    )
    return _FINE


async def _application(guide: Guide) -> Faults:
    text = (guide.reader.parameters.text("application", max_length=20_000) or "").strip()
    if len(text) < LEAST_APPLICATION:
        return {"application": say("Please write one or two sentences.")}
    if len(text) > MOST_APPLICATION:
        return {"application": say("is too long (at most %(most)s)", most=MOST_APPLICATION)}
    await guide.reader.instance.work(save_answers, guide.draft.row.id, application=text)
    return _FINE


TAKES: Final[Mapping[Step, Callable[[Guide], Awaitable[Faults]]]] = MappingProxyType(
    {
        Step.KIND: _kind,
        Step.AGE: _age,
        Step.NAME: _name,
        Step.SIGN_IN: _sign_in,
        Step.CONFIRM: _confirm,
        Step.AGREE: _agree,
        Step.APPLICATION: _application,
    }
)
"""How the form of each step is taken; the last step is `finishing`'s."""
