"""What a form is drawn of: one `Field` for each control or group, in sections.

Made by `fields` from the schemas, drawn by the templates; nothing here knows a kind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from server.platform.i18n import Message
from server.posts.kinds.advising import Tip

ROOT: Final = "record"
_NOT_IN_IDS: Final = re.compile(r"[^\w-]+")


def form_name(steps: Sequence[object]) -> str:
    """Return the name under which a place of the record is sent: `record[salary][per]`."""
    return ROOT + "".join(f"[{step}]" for step in steps)


def slug(name: str) -> str:
    """Return the id that a field's name stands for: letters, digits and single hyphens."""
    return _NOT_IN_IDS.sub("-", name).strip("-")


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form.

    `control` is text, area, choice, choices, yes_no, moment, words, group, rows, languages, picker
    (codes of the vocabulary `scheme`) or check; `value` is what stands in it (`chosen` for
    several), `parts` the fields of a group and `rows` those of each entry of a list. `conditional`
    fields are needed in some cases only, `rare` ones for machines more than for people. `name` is
    how it is sent, `pointer` its place in the record; `tips` are hints for better words.
    """

    name: str
    pointer: str
    control: str
    label: Message
    help: Message | None = None
    type: str = "text"
    required: bool = False
    conditional: bool = False
    rare: bool = False
    value: str = ""
    chosen: Sequence[str] = ()
    options: Sequence[tuple[str, Message]] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    parts: Sequence["Field"] = ()
    rows: Sequence[Sequence["Field"]] = ()
    faults: Sequence[Message] = ()
    scheme: str = ""
    many: bool = False
    tips: Sequence[Tip] = ()

    @property
    def is_wrong(self) -> bool:
        """Tell whether something is wrong here or in a part."""
        inner = [*self.parts, *(part for row in self.rows for part in row)]
        return bool(self.faults) or any(part.is_wrong for part in inner)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are asked together; the first section has no title and is always open."""

    title: Message | None
    fields: Sequence[Field]

    def holds(self, pointer: str) -> bool:
        """Tell whether a field at this place is in it."""
        return any(
            pointer == one.pointer or pointer.startswith(f"{one.pointer}/") for one in self.fields
        )

    @property
    def is_wrong(self) -> bool:
        """Tell whether something is wrong in it, so that it must be open."""
        return any(one.is_wrong for one in self.fields)
