"""What people are told about their drafts."""

from typing import Final

from server.platform.i18n import say
from server.platform.notices import Notice

NOTICES: Final = (
    Notice(
        kind="draft_stuck",
        label=say("A draft could not be published"),
        icon="clock",
        text=lambda _: say("A draft could not be published at its time. Read why, and try again."),
        path=lambda _: "/drafts",
        is_essential=True,
    ),
)
