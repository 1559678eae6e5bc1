"""Pickers of vocabularies inside the form of an offer: words become codes before it is read.

A script sends codes. Without one, words come under `…_text`, and the button "Search" under
`…_search`: what is unambiguous becomes its code, the rest comes back with everything that fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schemas import Property, properties_of
from server.people.reader import Reader
from server.platform.errors import Invalid
from server.platform.http.nesting import Tree, Value
from server.platform.http.parameters import Parameters
from server.platform.work import Reading
from server.posts.kinds import Kind
from server.vocabularies.forms import Picked, picked, shown
from server.web.controls import Field, Section
from server.web.fields import is_picker, scheme_of, translation_parts

_MAX_ROWS: Final = 60
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


@dataclass(slots=True)
class Picks:
    """What was typed into pickers and is not settled yet, by the pointer of the field."""

    open: dict[str, Picked] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Tell whether a search button was pressed, so that the form is shown again."""
        return any(one.asked for one in self.open.values())

    def require_settled(self) -> None:
        """Refuse to go on with words that mean nothing or several things. Raises Invalid."""
        if self.open:
            raise Invalid(
                details={
                    f"record{pointer}": [("ERR_INVALID", told) for told in one.faults]
                    for pointer, one in self.open.items()
                }
            )


def resolved(r: Reading, kind: Kind, sent: object, language: str) -> tuple[Tree, Picks]:
    """Return what a form sent with words turned into codes, and what has to be asked about."""
    picks = Picks()
    if not isinstance(sent, dict):
        return {}, picks
    fields = {name: one for name, one in properties_of(kind).items() if not one.is_hidden}
    return _resolved(r, fields, dict(sent), (), language, picks), picks


def _resolved(
    r: Reading,
    fields: Mapping[str, Property],
    tree: Tree,
    place: tuple[object, ...],
    language: str,
    picks: Picks,
) -> Tree:
    for name, prop in fields.items():
        if prop.name == "translations" or (prop.parts and prop.is_list):
            parts = _row_parts(prop)
            if any(is_picker(one) for one in parts.values()) and tree.get(name):
                rows = _rows(tree[name])
                tree[name] = {
                    str(n): _resolved(r, parts, row, (*place, name, n), language, picks)
                    for n, row in enumerate(rows)
                }
        elif is_picker(prop):
            _pick(r, prop, name, tree, (*place, name), language, picks)
    return tree


def _row_parts(prop: Property) -> Mapping[str, Property]:
    if prop.name != "translations":
        return prop.parts
    tag = properties_of(Kind.VACANCY)["languages"].parts["lang"]
    return {"lang": tag, **translation_parts()}


def _rows(sent: Value) -> list[Tree]:
    """Return the rows in which something stands, so that their places are those of the record."""
    if isinstance(sent, dict):
        numbered = [(int(k), row) for k, row in sent.items() if k.isascii() and k.isdigit()]
        found: list[Value] = [row for _, row in sorted(numbered, key=lambda one: one[0])]
    else:
        found = list(sent) if isinstance(sent, list) else []
    rows = [dict(one) for one in found[:_MAX_ROWS] if isinstance(one, dict)]
    return [one for one in rows if any(value not in _EMPTY for value in one.values())]


def _pick(
    r: Reading,
    prop: Property,
    name: str,
    tree: Tree,
    place: tuple[object, ...],
    language: str,
    picks: Picks,
) -> None:
    typed = tree.pop(f"{name}_text", None)
    search = tree.pop(f"{name}_search", None)
    if typed in _EMPTY and search in _EMPTY:
        return
    before = _texts(tree.get(name))
    asked = Parameters({name: list(before), f"{name}_text": typed, f"{name}_search": search})
    found = picked(
        r,
        asked,
        name,
        scheme_of(prop),
        (language, *r.site.languages),
        many=prop.is_list,
        most=100,
        kept=before,
    )
    if found.is_settled:
        tree[name] = list(found.codes) if prop.is_list else (found.code or "")
        return
    picks.open["".join(f"/{step}" for step in place)] = found
    if len(place) > 1 and not before and isinstance(typed, str):
        # A row stays where it is only while something stands in it.
        tree[name] = typed.strip()


def _texts(value: Value) -> list[str]:
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str) and one]
    return [value] if isinstance(value, str) and value else []


async def pickers_of(
    reader: Reader, sections: Sequence[Section], picks: Picks
) -> Mapping[str, Picked]:
    """Return what every picker of a form shows, by the pointer of its field."""
    fields = [one for section in sections for one in _pickers(section.fields)]
    return await reader.instance.read(_shown, fields, picks, reader.translator.tag)


def _shown(r: Reading, fields: Sequence[Field], picks: Picks, language: str) -> dict[str, Picked]:
    made: dict[str, Picked] = {}
    for one in fields:
        known = picks.open.get(one.pointer)
        made[one.pointer] = known or shown(r, one.scheme, one.chosen, language)
    return made


def _pickers(fields: Sequence[Any]) -> Iterator[Field]:
    for one in fields:
        if one.control == "picker":
            yield one
        yield from _pickers(one.parts)
        for row in one.rows:
            yield from _pickers(row)
