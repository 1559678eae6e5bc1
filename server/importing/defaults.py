"""What all entries of a source have in common, as a short form: made from the schema of a kind.

Asked for is what the schema requires and a calendar, feed or table seldom says. What an entry says
itself always comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

from schemas import Property, properties_of, required_of
from server.importing.entries import Record
from server.importing.plain import cut
from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say
from server.posts.kinds import Kind

_GIVEN: Final = frozenset(
    {
        "identifier", "state", "inLanguage", "title", "name", "summary", "startTime", "endTime",
        "timezone", "validThrough", "startDate", "url", "goal",
    }
)  # fmt: skip
"""What every source says, or what is made without asking."""

_ALSO: Final[Mapping[Kind, Sequence[str]]] = {
    Kind.VACANCY: ("employmentType", "contractTerm", "payTold", "jobLocation"),
    Kind.EVENT: ("location",),
    Kind.STUDY: ("location",),
    Kind.PROJECT: (),
    Kind.TOOL: (),
}
_WORDS: Final = 300
_OPEN: Final = timedelta(days=30)
_CEFR: Final = ("A1", "A2", "B1", "B2", "C1", "C2")
_PLACES: Final = frozenset({"location", "jobLocation"})
_NAMED: Final = frozenset({"hiringOrganization", "provider", "organiser", "organizer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultField:
    """One question of the form: `control` is text, choice, choices, yes_no, words or level."""

    name: str
    label: Message
    control: str
    options: Sequence[tuple[str, Message]] = ()
    help: Message | None = None


def fields_of(kind: Kind) -> list[DefaultField]:
    """Return the questions for a kind, in the order of its schema."""
    wanted = (required_of(kind) | set(_ALSO[kind])) - _GIVEN
    return [_field(prop) for name, prop in properties_of(kind).items() if name in wanted]


def _field(prop: Property) -> DefaultField:
    control, words = _control(prop), _HELP.get(prop.name)
    options = [(key, say(label)) for key, label in prop.labels.items()]
    if control == "level":
        options = [("", say("Not said")), *((level, say(level)) for level in _CEFR)]
    return DefaultField(
        name=prop.name, label=say(prop.title), control=control, options=options, help=words
    )


def _control(prop: Property) -> str:
    if prop.name == "languages":
        return "level"
    if prop.labels:
        return "choices" if prop.is_list else "choice"
    if prop.rules.get("type") == "boolean":
        return "yes_no"
    return "words" if prop.is_list else "text"


_HELP: Final[Mapping[str, Message]] = {
    "contact": say("An e-mail address that people can write to."),
    "regions": say("Codes of regions (NUTS), such as BE255. Several with spaces between."),
    "location": say("The town or the address."),
    "jobLocation": say("The town or the address."),
    "occupation": say("The address of the occupation in ESCO, or its number in ISCO-08."),
    "teachingLanguage": say("Language codes, such as nl or fr. Several with spaces between."),
    "offerLanguages": say("Language codes, such as nl or fr. Several with spaces between."),
    "languages": say("The language that people need, and how well."),
}


def defaults_sent(kind: Kind, sent: Parameters) -> Record:
    """Return what the form says, as fields of a record; what is empty is absent."""
    found = {one.name: _read(one, sent) for one in fields_of(kind)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _read(one: DefaultField, sent: Parameters) -> Any:  # noqa: ANN401 - JSON of any type
    if one.control == "choices":
        return sent.texts(one.name, most=20, max_length=60)
    text = " ".join((sent.text(one.name, max_length=2_048) or "").split())
    if one.control == "yes_no":
        return {"true": True, "false": False}.get(text)
    if one.control == "level":
        level = sent.text("languages_level", max_length=2) or ""
        return [{"lang": text.lower(), **({"cefr": level} if level else {})}] if text else []
    if one.control == "words":
        words = text.replace(",", " ").split()
        return [word.upper() for word in words] if one.name == "regions" else words
    return _shaped(one.name, text)


def _shaped(name: str, text: str) -> Any:  # noqa: ANN401 - JSON of any type
    """Give a line of text the shape of its field."""
    if not text:
        return None
    if name in _PLACES or name in _NAMED:
        return {"name": text}
    if name == "contact":
        return {"email": text}
    if name == "occupation" and text.isdigit():
        return f"http://data.europa.eu/esco/isco/C{text}"
    return text


def shown(defaults: Mapping[str, Any], name: str) -> str:
    """Return a default as the form shows it again."""
    value = defaults.get(name)
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("email") or "")
    if isinstance(value, list):
        return " ".join(
            str(one.get("lang", "")) if isinstance(one, Mapping) else str(one) for one in value
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def worded(record: Record, kind: Kind, *, now: datetime, zone: tzinfo) -> Record:
    """Return the record with what can be made from the rest: a summary, an end of a vacancy."""
    made = dict(record)
    text = str(made.get("description") or made.get("title") or made.get("name") or "")
    made.setdefault("summary", cut(" ".join(text.split()), _WORDS))
    if kind is Kind.VACANCY and "validThrough" not in made:
        end = datetime.combine((now.astimezone(zone) + _OPEN).date(), time(23, 59, 59), zone)
        made["validThrough"] = end.isoformat()
    return made
