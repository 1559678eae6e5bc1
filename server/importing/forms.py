"""What the forms of importing send: where a source is, and how its entries become posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas import properties_of
from server.importing.defaults import defaults_sent
from server.people.reader import Reader
from server.platform.i18n import Message, say
from server.posts.kinds import Kind
from server.posts.model import Audience

AUDIENCES: Final[Mapping[str, Message]] = {
    Audience.PUBLIC.value: say("Everybody"),
    Audience.PARTNERS.value: say("Members of partner organisations"),
    Audience.MEMBERS.value: say("Members of this place"),
}
"""For whom posts from elsewhere can be."""

_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """How the entries of a source become posts."""

    name: str
    kind: Kind
    audience: Audience
    language: str
    withdraws: bool
    defaults: Mapping[str, Any]


def kind_sent(reader: Reader) -> Kind:
    """Return the kind that was chosen; a vacancy when none was. Raises Invalid for another word."""
    chosen = reader.parameters.choice("kind", [kind.value for kind in Kind])
    return Kind(chosen) if chosen else Kind.VACANCY


def source_sent(reader: Reader, *, name: str = "") -> SourceForm:
    """Read the form of a source. Raises Invalid for values that it does not offer."""
    sent, kind = reader.parameters, kind_sent(reader)
    audience = sent.choice("audience", list(AUDIENCES)) or Audience.PUBLIC.value
    languages = reader.instance.site.languages
    language = sent.choice("language", languages) or reader.translator.tag
    return SourceForm(
        name=(sent.text("name", max_length=_MAX_NAME) or name).strip()[:_MAX_NAME] or name,
        kind=kind,
        audience=Audience(audience),
        language=language,
        withdraws=sent.flag("withdraws"),
        defaults=defaults_sent(kind, sent),
    )


def zone_of(reader: Reader) -> ZoneInfo:
    """Return the clock of the people here."""
    return ZoneInfo(reader.instance.settings.instance.time_zone)


def told(kind: Kind, faults: Iterable[Mapping[str, Any]]) -> list[tuple[Message | None, Message]]:
    """Return stored faults in words: the name of the field, and what is wrong with it."""
    known = properties_of(kind)
    said = []
    for fault in faults:
        name = str(fault["pointer"]).strip("/").split("/")[0]
        label = say(known[name].title) if name in known else None
        said.append((label, say(str(fault["message"]), **fault["values"])))
    return said
