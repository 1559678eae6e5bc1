"""The fields of a form, made from the schema of a kind: what is asked first, how, and with what.

One `Field` is one control, or a group of them; templates only draw. Words are English message ids
of the schemas, said in the reader's language by the template. Values and faults are put in here, so
that a refused form comes back as it was sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from types import MappingProxyType
from typing import Any, Final

from schemas import Property, properties_of, required_of, schema
from server.platform.i18n import Message, say
from server.posts.kinds import FACTS, Kind
from server.posts.kinds.advising import Tip
from server.web.controls import Field, Section, form_name
from server.web.helping import HELP
from server.web.typed import shown_moment, shown_money

SPARE_ROWS: Final = 1
"""Empty rows under a list of groups; a button brings more."""

_LONG: Final = 240
_AUTOMATIC: Final = frozenset({"datePosted"})
_MONEY: Final = MappingProxyType(
    {
        "minCents": say("Lowest pay"),
        "maxCents": say("Highest pay"),
        "amountCents": say("Amount"),
    }
)
"""Amounts are kept in cents and asked for in whole money."""

_RARE: Final = frozenset({"id", "latitude", "longitude", "mediaType", "addressRegion"})
"""Parts of a group that few people can or want to fill in."""

_FIRST: Final = ("title", "name", "summary", "description")
_LAST: Final = ("applyUrl", "contact", "regions", "helix", "inLanguage")
_SECTIONS: Final[Sequence[tuple[Message, frozenset[str]]]] = (
    (say("Easy language and translations"), frozenset({"easyText", "easyLevel", "translations"})),
    (
        say("For whom, and help with coming"),
        frozenset(
            {
                "targetGroups", "childcare", "stepFree", "travelHelp", "remote", "languages",
                "offerLanguages", "isAccessibleForFree", "cost", "howToApply",
            }
        ),
    ),
    (
        say("Links, files and tags"),
        frozenset({"image", "links", "documents", "tags", "occupations", "skills"}),
    ),
    (
        say("Source and how long it is shown"),
        frozenset({"source", "sourceId", "licence", "expiresAt"}),
    ),
)  # fmt: skip
_OWN_SECTION: Final = say("More about this offer")

_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"web-url": "url", "apply-url": "text", "email": "email", "date": "date"}
)


Faults = Mapping[str, Sequence[Message]]
"""What is wrong, by the JSON pointer of the place."""


@dataclass(frozen=True, slots=True)
class _Filling:
    """What a form is filled with: faults and tips by place, and whose clock moments are shown on.

    `more` is the place of a list that gets one more empty row.
    """

    faults: Faults
    zone: tzinfo
    tips: Sequence[Tip] = ()
    more: str = ""

    def spare(self, pointer: str) -> int:
        """Return how many empty rows stand under a list."""
        return SPARE_ROWS + (self.more == pointer)


def sections_of(
    kind: Kind,
    record: Mapping[str, Any],
    *,
    zone: tzinfo,
    faults: Faults | None = None,
    tips: Sequence[Tip] = (),
    more: str = "",
) -> list[Section]:
    """Return the form of a kind, filled with a record: few required fields first, then the rest."""
    filling = _Filling(faults or {}, zone, tips, more)
    needed, asked = required_of(kind), _asked_first(kind)
    natural = {"description"}  # asked first, though nobody has to
    made = {
        name: _field(
            prop,
            (name,),
            record.get(name),
            filling,
            required=name in needed,
            conditional=name in asked - needed - natural,
        )
        for name, prop in properties_of(kind).items()
        if not prop.is_hidden and name not in _AUTOMATIC
    }
    first = [name for name in _order(kind, made) if name in asked]
    sections = [Section(None, [made[name] for name in first])]
    left = [name for name in _order(kind, made) if name not in first]
    own = [name for name in left if not any(name in names for _, names in _SECTIONS)]
    if own:
        sections.append(Section(_OWN_SECTION, [made[name] for name in own]))
    for title, names in _SECTIONS:
        inside = [made[name] for name in left if name in names]
        if inside:
            sections.append(Section(title, inside))
    return sections


def _asked_first(kind: Kind) -> frozenset[str]:
    """Required fields, and those of which one or the other is required."""
    conditions = [schema(kind).get("allOf"), schema(kind).get("x-publication")]
    either = {name for one in conditions for name in _names_required(one)}
    return required_of(kind) | either | {FACTS[kind].title_name, "summary", "description"}


def _names_required(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        required = part.get("required")
        if isinstance(required, list):
            yield from (str(name) for name in required)
        for inner in part.values():
            yield from _names_required(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _names_required(inner)


def _order(kind: Kind, made: Mapping[str, Field]) -> list[str]:
    own = schema(kind).get("properties")
    of_kind = [name for name in (own if isinstance(own, dict) else {}) if name in made]
    shared = [name for name in made if name not in of_kind]
    middle = [name for name in [*of_kind, *shared] if name not in {*_FIRST, *_LAST}]
    ordered = [*_FIRST, *middle, *_LAST]
    return [name for name in ordered if name in made]


def _pointer(steps: Sequence[object]) -> str:
    return "".join(f"/{step}" for step in steps)


def _field(
    prop: Property,
    steps: tuple[object, ...],
    value: object,
    filling: _Filling,
    *,
    required: bool = False,
    conditional: bool = False,
) -> Field:
    for applies, make in _MAKERS:
        if applies(prop):
            made = make(prop, steps, value, filling)
            break
    else:
        made = _line(prop, steps, value, filling)
    return Field(
        name=form_name(steps),
        pointer=_pointer(steps),
        label=_MONEY.get(prop.name) or say(prop.title),
        help=HELP.get(prop.name),
        required=required,
        conditional=conditional,
        rare=prop.name in _RARE,
        faults=filling.faults.get(_pointer(steps), ()),
        tips=[one for one in filling.tips if one.pointer == _pointer(steps)],
        **made,
    )


Made = dict[str, Any]


def _line(prop: Property, _steps: tuple[object, ...], value: object, filling: _Filling) -> Made:
    rules = prop.rules
    form = rules.get("format")
    if form == "date-time":
        return {"control": "moment", "value": shown_moment(value, filling.zone)}
    attributes: Made = {}
    longest = rules.get("maxLength")
    if isinstance(longest, int):
        attributes["maxlength"] = longest
    if rules.get("type") in {"integer", "number"}:
        attributes["inputmode"] = "decimal" if rules["type"] == "number" else "numeric"
    if prop.name in _MONEY:
        attributes["inputmode"] = "decimal"
        return {"control": "text", "value": shown_money(value), "attributes": attributes}
    is_long = isinstance(longest, int) and longest > _LONG and form is None
    return {
        "control": "area" if is_long else "text",
        "type": _TYPES.get(str(form), "text"),
        "value": "" if value is None else str(value),
        "attributes": attributes,
    }


def _choice(prop: Property, _steps: tuple[object, ...], value: object, _filling: _Filling) -> Made:
    options = [(key, say(label)) for key, label in prop.labels.items()]
    if prop.is_list:
        chosen = [str(one) for one in value] if isinstance(value, list) else []
        return {"control": "choices", "options": options, "chosen": chosen}
    return {"control": "choice", "options": options, "value": "" if value is None else str(value)}


def _yes_no(prop: Property, _steps: tuple[object, ...], value: object, _filling: _Filling) -> Made:
    del prop
    said = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    return {"control": "yes_no", "value": said or ("" if value is None else str(value))}


def _words(_prop: Property, _steps: tuple[object, ...], value: object, _filling: _Filling) -> Made:
    lines = [str(one) for one in value] if isinstance(value, list) else []
    return {"control": "words", "value": "\n".join(lines)}


def _group(prop: Property, steps: tuple[object, ...], value: object, filling: _Filling) -> Made:
    return {"control": "group", "parts": _parts(prop, steps, value, filling)}


def _rows(prop: Property, steps: tuple[object, ...], value: object, filling: _Filling) -> Made:
    entries = list(value) if isinstance(value, list) else []
    filled = [*entries, *([None] * filling.spare(_pointer(steps)))]
    rows = [_parts(prop, (*steps, n), entry, filling) for n, entry in enumerate(filled)]
    return {"control": "rows", "rows": rows}


def _parts(
    prop: Property, steps: tuple[object, ...], value: object, filling: _Filling
) -> list[Field]:
    held = value if isinstance(value, Mapping) else {}
    needed = prop.rules.get("required")
    # A group that is empty is absent, so its parts are needed only once something stands in it.
    names = needed if isinstance(needed, list) and held else []
    return [
        _field(part, (*steps, name), held.get(name), filling, required=name in names)
        for name, part in prop.parts.items()
        if part.implied is None and not part.is_hidden
    ]


def _languages(prop: Property, steps: tuple[object, ...], value: object, filling: _Filling) -> Made:
    """Texts by language tag: a row for each, with the tag as its first field."""
    texts = value if isinstance(value, Mapping) else {}
    entries = [*texts.items(), *([("", {})] * filling.spare(_pointer(steps)))]
    rows = [
        _translation(prop, steps, n, str(tag), entry, filling)
        for n, (tag, entry) in enumerate(entries)
    ]
    return {"control": "languages", "rows": rows}


def _translation(
    prop: Property, steps: tuple[object, ...], n: int, tag: str, entry: object, filling: _Filling
) -> list[Field]:
    """Faults of a translation stand at its tag; the form counts the rows."""
    by_tag = {
        pointer.replace(f"/{steps[0]}/{tag}", f"/{steps[0]}/{n}", 1): told
        for pointer, told in filling.faults.items()
        if tag and (pointer + "/").startswith(f"/{steps[0]}/{tag}/")
    }
    tips = [
        replace(one, pointer=one.pointer.replace(f"/{tag}/", f"/{n}/", 1))
        for one in filling.tips
        if one.pointer.startswith(f"/{steps[0]}/{tag}/")
    ]
    inside = _Filling(by_tag, filling.zone, tips)
    held = entry if isinstance(entry, Mapping) else {}
    place = (*steps, n)
    language = Field(
        name=form_name((*place, "lang")),
        pointer=_pointer((*place, "lang")),
        control="picker",
        label=say("Language"),
        chosen=[tag] if tag else [],
        scheme="language",
        faults=by_tag.get(_pointer(place), ()),
    )
    shape = translation_parts()
    parts = [_field(shape[name], (*place, name), held.get(name), inside) for name in shape]
    del prop
    return [language, *parts, *_machine_made(place, held)]


def _machine_made(place: tuple[object, ...], held: Mapping[str, Any]) -> list[Field]:
    """Whoever has read a machine's translation takes the tick away."""
    if held.get("machineMade") is not True:
        return []
    return [
        Field(
            name=form_name((*place, "machineMade")),
            pointer=_pointer((*place, "machineMade")),
            control="check",
            label=say("A machine translated this"),
            help=say("Readers are told. Have you read it and is it right? Take the tick away."),
            value="true",
        )
    ]


def translation_parts() -> Mapping[str, Property]:
    """Return the fields that a translation may hold, as the kinds themselves describe them."""
    shared = properties_of(Kind.VACANCY)
    return {name: shared[name] for name in ("title", "summary", "description", "easyText")}


_SCHEMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "occupation": "occupation",
        "occupations": "occupation",
        "skills": "esco_skill",
        "regions": "region",
        "lang": "language",
        "inLanguage": "language",
        "offerLanguages": "language",
        "interviewLanguages": "language",
        "interpreters": "language",
    }
)
"""Fields whose values are codes of a vocabulary, chosen by searching."""


def _picker(prop: Property, _steps: tuple[object, ...], value: object, _filling: _Filling) -> Made:
    """Codes are chosen by their names; what is no code stays as it was sent."""
    held = value if isinstance(value, list) else [] if value in (None, "") else [value]
    return {
        "control": "picker",
        "scheme": scheme_of(prop),
        "many": prop.is_list,
        "chosen": [str(one) for one in held],
    }


def is_picker(prop: Property) -> bool:
    """Tell whether a field is filled with codes of a vocabulary."""
    return prop.name in _SCHEMES and not prop.parts


def scheme_of(prop: Property) -> str:
    """Return the vocabulary of such a field."""
    return _SCHEMES[prop.name]


def _is_translations(prop: Property) -> bool:
    return prop.name == "translations"


def _is_rows(prop: Property) -> bool:
    return bool(prop.parts) and prop.is_list


def _is_group(prop: Property) -> bool:
    return bool(prop.parts)


def _is_choice(prop: Property) -> bool:
    return bool(prop.labels)


def _is_yes_no(prop: Property) -> bool:
    return prop.rules.get("type") == "boolean"


def _is_words(prop: Property) -> bool:
    return prop.is_list


_MAKERS: Final[
    Sequence[
        tuple[
            Callable[[Property], bool],
            Callable[[Property, tuple[object, ...], object, _Filling], Made],
        ]
    ]
] = (
    (_is_translations, _languages),
    (is_picker, _picker),
    (_is_rows, _rows),
    (_is_group, _group),
    (_is_choice, _choice),
    (_is_yes_no, _yes_no),
    (_is_words, _words),
)
"""How a field is asked for: the first that applies; everything else is a line of text."""
