"""What the staff of an instance choose on its pages, as long as it runs; each with a safe default.

A room declares its `Choice`s in its `feature.py`; the staff pages draw a form of them. What an
operator fixes for good (addresses, databases, keys) is a setting instead, see `server.settings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.i18n import Message
from server.platform.storage.base import Base, Json
from server.platform.work import Reading, Work

Value = TypeVar("Value", str, bool, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[Value]):
    """Something that staff may choose: its name ("joining.mode"), its words and its default.

    The default's type is the value's type. With `options` (value and word) only these are taken;
    a whole number lies between `least` and `most`, a text has at most `most` characters.
    """

    name: str
    label: Message
    help: Message
    default: Value
    options: Sequence[tuple[Value, Message]] = ()
    least: int = 0
    most: int = 2_000
    # Texts that are written in every language of the instance: the tag is put behind the name.
    is_long: bool = False


class ChosenValue(Base):
    """What the staff chose instead of a default. It holds no personal data; kept until changed."""

    __tablename__ = "choice"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    # {"is": value}: a bare number in a JSON column comes back as a number, not as JSON, on SQLite.
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime]


def chosen(r: Reading, choice: Choice[Value]) -> Value:
    """Return what was chosen, or the default; a value of another type counts as not chosen."""
    row = r.session.get(ChosenValue, choice.name)
    kept = row.value.get("is") if row is not None else None
    kind = type(choice.default)
    if type(kept) is not kind:
        return choice.default
    if choice.options and kept not in {value for value, _ in choice.options}:
        return choice.default
    value: Value = kept
    return value


def choose(w: Work, choice: Choice[Value], value: Value) -> None:
    """Keep what was chosen. Raises ValueError when the choice does not admit it."""
    if not admits(choice, value):
        raise ValueError(choice.name)
    row = w.session.get(ChosenValue, choice.name)
    if row is None:
        w.session.add(ChosenValue(name=choice.name, value={"is": value}, changed_at=w.now))
    else:
        row.value, row.changed_at = {"is": value}, w.now


def admits(choice: Choice[Value], value: Value) -> bool:
    """Tell whether a value can be chosen."""
    if type(value) is not type(choice.default):
        return False
    if choice.options:
        return value in {option for option, _ in choice.options}
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return choice.least <= value <= choice.most
    return len(value) <= choice.most
