"""Who may join this instance, as its staff choose."""

from typing import Any, Final

from server.joining.rules import Mode
from server.people.model import PersonKind
from server.platform.choices import Choice, chosen
from server.platform.i18n import say
from server.platform.work import Reading

MODE: Final = Choice(
    name="joining.mode",
    label=say("Who may join"),
    help=say("Invitations of the staff work in every case but the first."),
    default=Mode.INVITATION.value,
    options=(
        (Mode.CLOSED.value, say("Nobody")),
        (Mode.INVITATION.value, say("Only people with a code from the staff")),
        (Mode.APPROVAL.value, say("Everybody may ask, the staff decide")),
        (Mode.OPEN.value, say("Everybody with an e-mail address")),
    ),
)
LEAST_AGE: Final = Choice(
    name="joining.least_age",
    label=say("Youngest age"),
    help=say("People say themselves that they are old enough. Nobody asks for a birth date."),
    default=16,
    least=13,
    most=21,
)
KINDS: Final = {
    PersonKind.TALENT: Choice(
        name="joining.talent",
        label=say("People who look for work may join by themselves"),
        help=say("If not, they need a code from the staff."),
        default=True,
    ),
    PersonKind.MENTOR: Choice(
        name="joining.mentor",
        label=say("Mentors may join by themselves"),
        help=say("If not, they need a code from the staff."),
        default=True,
    ),
    PersonKind.EMPLOYER: Choice(
        name="joining.employer",
        label=say("Employers may join by themselves"),
        help=say("If not, they need a code from the staff."),
        default=True,
    ),
    PersonKind.ORGANISATION: Choice(
        name="joining.organisation",
        label=say("Organisations may join by themselves"),
        help=say("If not, they need a code from the staff."),
        default=True,
    ),
}

CHOICES: Final[tuple[Choice[Any], ...]] = (MODE, LEAST_AGE, *KINDS.values())


def admitted_kinds(r: Reading) -> frozenset[PersonKind]:
    """Return the kinds that may join without a code."""
    return frozenset(kind for kind, choice in KINDS.items() if chosen(r, choice))
