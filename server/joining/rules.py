"""What joining decides without I/O: codes, who may come in by which way, and the steps for them."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from server.people.model import PersonKind

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, 1, I and L, U and V in one code: they are taken for each other on paper."""
CODE_LENGTH: Final = 8
DRAFT_KEPT: Final = timedelta(days=14)
INVITATION_LASTS: Final = timedelta(days=60)
ENDED_INVITATION_KEPT: Final = timedelta(days=90)
REFUSED_KEPT: Final = timedelta(days=30)
MOST_USES: Final = 500
MOST_DAYS: Final = 365
MOST_NOTE: Final = 500
LEAST_APPLICATION: Final = 10
MOST_APPLICATION: Final = 2_000
MOST_REASON: Final = 1_000
FASTEST: Final = timedelta(seconds=6)
"""Nobody reads and fills in all pages in less; programs do."""
MOST_CONFIRM_TRIES: Final = 8


class Mode(StrEnum):
    """Who may join this instance."""

    CLOSED = "closed"
    INVITATION = "invitation"
    APPROVAL = "approval"
    OPEN = "open"


class Way(StrEnum):
    """By which way somebody comes in."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"
    TAKEOVER = "takeover"


class Step(StrEnum):
    """The pages of the wizard after the choice of a language, in their order."""

    KIND = "kind"
    AGE = "age"
    NAME = "name"
    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    AGREE = "agree"
    APPLICATION = "application"
    CHECK = "check"


class Refusal(StrEnum):
    """Why somebody cannot come in by this way."""

    CLOSED = "closed"
    NEEDS_CODE = "needs_code"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class NoWayIn(Exception):
    """This way in is shut; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


@dataclass(frozen=True, slots=True)
class Door:
    """A way in that stands open: who may pass, and what is asked of them."""

    way: Way
    kinds: tuple[PersonKind, ...]
    vouched: bool = False
    confirms: bool = True

    @property
    def asks_kind(self) -> bool:
        """Tell whether there is a choice."""
        return len(self.kinds) > 1


def new_code() -> str:
    """Return a code of eight letters that nobody mixes up (some 39 bits of chance)."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def clean_code(text: str) -> str | None:
    """Return a code as it is compared, however it was typed; None for what is none."""
    code = "".join(letter for letter in text.upper() if letter not in " -–.\t")
    is_code = len(code) == CODE_LENGTH and all(letter in CODE_LETTERS for letter in code)
    return code if is_code else None


def spaced(code: str) -> str:
    """Return a code as it is shown: in two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def door_without_code(mode: Mode, kinds: Collection[PersonKind], *, mails: bool) -> Door:
    """Return the way in for somebody without a code.

    Open joining needs mail to check addresses: without it the staff look at everybody first.
    Raises NoWayIn.
    """
    if mode is Mode.INVITATION:
        raise NoWayIn(Refusal.NEEDS_CODE)
    admitted = tuple(kind for kind in PersonKind if kind in kinds)
    if mode is Mode.CLOSED or not admitted:
        raise NoWayIn(Refusal.CLOSED)
    way = Way.OPEN if mode is Mode.OPEN and mails else Way.APPROVAL
    return Door(way, admitted, confirms=mails)


def door_with_code(
    mode: Mode, kind: PersonKind | None, *, takes_over: bool, vouches: bool, mails: bool
) -> Door:
    """Return the way in that a good code opens; a closed instance lets only its own people in.

    Raises NoWayIn.
    """
    kinds = (PersonKind(kind),) if kind is not None else tuple(PersonKind)
    if takes_over:
        return Door(Way.TAKEOVER, kinds, vouched=True, confirms=False)
    if mode is Mode.CLOSED:
        raise NoWayIn(Refusal.CLOSED)
    return Door(Way.INVITATION, kinds, vouched=vouches, confirms=mails and not vouches)


def steps_of(door: Door) -> Sequence[Step]:
    """Return the steps that a way in has, in order."""
    skipped = set()
    if not door.asks_kind:
        skipped.add(Step.KIND)
    if door.way is Way.TAKEOVER:
        skipped.add(Step.NAME)
    if not door.confirms:
        skipped.add(Step.CONFIRM)
    if door.way is not Way.APPROVAL:
        skipped.add(Step.APPLICATION)
    return [step for step in Step if step not in skipped]


def is_private(kind: PersonKind) -> bool:
    """Tell whether a kind is a human being rather than a body."""
    return kind in {PersonKind.TALENT, PersonKind.MENTOR}
