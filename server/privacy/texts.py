"""What people are told and asked: each purpose with its text, its version and its legal basis.

Every page, the wizard and the notice read from here, so they say the same. Change a text: raise
`version`. Does the change matter to somebody who agreed before? Then raise `valid_from`, too: older
consents stop counting and are asked for again (GDPR art. 7).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.people.model import PersonKind
from server.platform.i18n import Message, Translator, say


class Basis(StrEnum):
    """Why the law lets us do it (GDPR art. 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTEREST = "legitimate_interest"


BASIS_WORDS: Final[Mapping[Basis, Message]] = MappingProxyType(
    {
        Basis.CONSENT: say("You decide. We do it only if you say yes."),
        Basis.CONTRACT: say("It is needed to give you what you ask us for."),
        Basis.PUBLIC_TASK: say("It is part of a public task that the law gives us."),
        Basis.LEGITIMATE_INTEREST: say("It keeps this place safe and working for everybody."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One reason to use personal data.

    `effects` is what happens when the consent is taken back; `kinds` says who is asked.
    """

    name: str
    version: int
    title: Message
    text: tuple[Message, ...]
    basis: Basis
    sign: str
    effects: tuple[Message, ...] = ()
    kinds: frozenset[PersonKind] = frozenset(PersonKind)
    valid_from: int = 1
    # Asked where it is needed, and not of everybody who joins.
    is_later: bool = False

    @property
    def is_choice(self) -> bool:
        """Tell whether people may say no and still join."""
        return self.basis is Basis.CONSENT


_PRIVATE_PEOPLE: Final = frozenset({PersonKind.TALENT, PersonKind.MENTOR})

ACCOUNT: Final = Purpose(
    name="account",
    version=1,
    sign="person",
    basis=Basis.CONTRACT,
    title=say("Your account"),
    text=(
        say("We keep what you fill in, so that you can use this place."),
        say("We keep your e-mail address or sign-in name secret. Other people do not see it."),
        say("You can read, change, take away and delete everything at any time."),
    ),
)
PUBLISHING: Final = Purpose(
    name="publishing",
    version=1,
    sign="pen",
    basis=Basis.CONTRACT,
    title=say("What you write"),
    text=(
        say("You choose for every post who can read it."),
        say("Public posts can be copied by other servers. We ask them to delete what you delete."),
        say("Please do not write about the health, religion or papers of anybody."),
    ),
)
MESSAGING: Final = Purpose(
    name="messaging",
    version=1,
    sign="reply",
    basis=Basis.CONTRACT,
    title=say("Messages"),
    text=(
        say("Messages are for you and the person you write to."),
        say("The staff can read a message only when somebody reports it."),
    ),
)
SAFETY: Final = Purpose(
    name="safety",
    version=1,
    sign="clock",
    basis=Basis.LEGITIMATE_INTEREST,
    title=say("A safe place"),
    text=(
        say("We write down what the staff does, for two years. You can read what concerns you."),
        say("We do not follow you around the web. We use no advertising and sell nothing."),
    ),
)
MATCHING: Final = Purpose(
    name="matching",
    version=1,
    sign="project",
    basis=Basis.CONSENT,
    kinds=_PRIVATE_PEOPLE,
    title=say("Find a mentor or a talent for you"),
    text=(
        say("The staff uses your profile to look for a person who fits you."),
        say("The other person first sees a card without your name. You both decide."),
        say("A person decides, never a computer alone."),
    ),
    effects=(
        say("The staff stops looking for a person for you."),
        say("Proposals that wait for an answer end. Talks that have begun go on if you want."),
    ),
)
MAIL_ALERTS: Final = Purpose(
    name="mail_alerts",
    version=1,
    sign="bell",
    basis=Basis.CONSENT,
    title=say("E-mails about new offers"),
    text=(
        say("We send you e-mails about the searches you save, and news of your account."),
        say("Every such e-mail has a link to stop them."),
    ),
    effects=(say("We send you no more e-mails about new offers."),),
)
REFERRAL: Final = Purpose(
    name="referral",
    version=1,
    sign="next",
    basis=Basis.CONSENT,
    kinds=_PRIVATE_PEOPLE,
    title=say("Help from our partner organisations"),
    text=(
        say("The staff may tell a partner organisation about you if it can help you better."),
        say("They ask you first, each time."),
    ),
    effects=(say("The staff tells no partner about you any more."),),
)
RESEARCH: Final = Purpose(
    name="research",
    version=1,
    sign="search",
    basis=Basis.CONSENT,
    title=say("Research"),
    text=(
        say("Researchers may use answers of many people together to learn what helps."),
        say("Nobody can see from the results who you are."),
    ),
    effects=(say("Your answers are left out of research from now on."),),
)
STORIES: Final = Purpose(
    name="stories",
    version=1,
    sign="star",
    basis=Basis.CONSENT,
    # Nobody is asked in advance: it is asked for each story, with its words.
    kinds=frozenset(),
    title=say("A story about me"),
    text=(
        say("Everybody may read the story and the name in it, also outside this site."),
        say("You can take it back at any time. Then we delete it here."),
    ),
    effects=(say("We delete every story about you."),),
)
FUNDER: Final = Purpose(
    name="funder",
    version=1,
    sign="tool",
    basis=Basis.CONSENT,
    is_later=True,
    title=say("Questions of the funder"),
    text=(
        say("Whoever pays for a programme asks who takes part. You may refuse any question."),
        say("Your answers are locked away. They are counted, and never used to find a match."),
        say("Six months after the end we ask once more. We delete the answers after the funding."),
    ),
    effects=(say("We delete your answers for the funder. Sums that were counted stay."),),
)

PURPOSES: Final[Mapping[str, Purpose]] = MappingProxyType(
    {
        one.name: one
        for one in (
            ACCOUNT, PUBLISHING, MESSAGING, SAFETY, MATCHING, MAIL_ALERTS, REFERRAL, RESEARCH,
            STORIES, FUNDER,
        )
    }
)  # fmt: skip
"""Every purpose by its name, in the order in which people read them."""


def notices(kind: PersonKind) -> tuple[Purpose, ...]:
    """Return what somebody of a kind is told, without being asked."""
    return tuple(one for one in PURPOSES.values() if not one.is_choice and kind in one.kinds)


def questions(kind: PersonKind) -> tuple[Purpose, ...]:
    """Return what somebody of a kind is asked when they join, and may say yes or no to."""
    return tuple(one for one in choices(kind) if not one.is_later)


def choices(kind: PersonKind) -> tuple[Purpose, ...]:
    """Return everything that somebody of a kind may say yes or no to, now or later."""
    return tuple(one for one in PURPOSES.values() if one.is_choice and kind in one.kinds)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A purpose's text as somebody read it: in one language, in one version."""

    purpose: str
    version: int
    language: str
    text: str

    @property
    def fingerprint(self) -> str:
        """The hash that the ledger keeps (SHA-256 over purpose, version, language and text)."""
        whole = "\n".join((self.purpose, str(self.version), self.language, self.text))
        return hashlib.sha256(whole.encode()).hexdigest()


def shown(purpose: Purpose, translator: Translator) -> ShownText:
    """Return a purpose's text as a page in this language shows it."""
    lines = [translator.say(one) for one in (purpose.title, *purpose.text)]
    return ShownText(purpose.name, purpose.version, translator.tag, "\n".join(lines))
