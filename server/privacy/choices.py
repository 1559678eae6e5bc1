"""What staff say about data protection on this instance; the notice prints it."""

from typing import Final

from server.platform.choices import Choice
from server.platform.i18n import say
from server.privacy.texts import BASIS_WORDS, Basis

CONTACT: Final = Choice(
    name="privacy.contact",
    label=say("Whom to ask about personal data"),
    help=say("An e-mail address or a phone number, for example of your data protection officer."),
    default="",
    most=200,
)
PLACE: Final = Choice(
    name="privacy.place",
    label=say("Where the data is kept"),
    help=say("For example: on our own computer in Ghent, Belgium."),
    default="",
    most=200,
)
PROCESSORS: Final = Choice(
    name="privacy.processors",
    label=say("Companies that work with the data for you"),
    help=say("One in each line: name, what it does, country. For example hosting and e-mail."),
    default="",
    is_long=True,
)
ACCOUNT_BASIS: Final = Choice(
    name="privacy.account_basis",
    label=say("Why the law lets you keep accounts"),
    help=say("A city or public employment service chooses the public task; others the agreement."),
    default=Basis.CONTRACT.value,
    options=tuple(
        (basis.value, BASIS_WORDS[basis])
        for basis in (Basis.CONTRACT, Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTEREST)
    ),
)

CHOICES: Final = (CONTACT, PLACE, PROCESSORS, ACCOUNT_BASIS)
