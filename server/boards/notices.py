"""How people hear that a saved search found something."""

from typing import Final

from server.platform.http.negotiation import local_path
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice


def _text(about: About) -> Message:
    name, count = str(about.get("name", "")), about.get("count")
    if count == 1:
        return say("Something new fits your search “%(name)s”.", name=name)
    return say("%(count)s new ones fit your search “%(name)s”.", count=count, name=name)


NOTICES: Final = (
    Notice(
        kind="alert",
        label=say("Something new for a saved search"),
        icon="bell",
        text=_text,
        path=lambda about: local_path(str(about.get("path", "")), "/board"),
    ),
)
