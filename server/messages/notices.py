"""What people are told about their conversations beside the messages themselves."""

from typing import Final

from server.messages.glass import VERB
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice


def _opened(_: About) -> Message:
    return say("Staff opened one of your conversations. You can read why.")


def _to_settings(_: About) -> str | None:
    return "/settings/messages"


NOTICES: Final = (
    Notice(
        kind=VERB,
        label=say("Staff opened one of your conversations"),
        icon="staff",
        text=_opened,
        path=_to_settings,
        is_essential=True,
    ),
)
