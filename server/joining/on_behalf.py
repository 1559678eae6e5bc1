"""Accounts that a coach makes for somebody with a consent on paper; the person takes over later."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.activity_log.service import record
from server.federation.keys import NewKeys
from server.joining.drafts import Answers
from server.joining.invitations import Wish, make_invitation
from server.joining.making import make_person
from server.joining.model import Coming
from server.people.model import PersonKind
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.work import Work
from server.privacy.ledger import Manner, write_decisions
from server.privacy.model import How
from server.privacy.texts import ShownText

ON_BEHALF = "on_behalf"
MOST_REFERENCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBehalf:
    """Whom a coach makes, what they signed, and where the paper lies."""

    kind: PersonKind
    language: str
    reference: str
    name: str = ""
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeFor:
    """The person that was made, and the code with which they take over."""

    person_id: int
    invitation_id: int
    code: str


def make_person_for(
    w: Work, wish: OnBehalf, keys: NewKeys, texts: Sequence[ShownText], *, login_id: int
) -> MadeFor:
    """Make somebody on their behalf. Raises Invalid without a reference or a needed name."""
    if not wish.reference.strip() or len(wish.reference) > MOST_REFERENCE:
        raise Invalid(details={"reference": [("ERR_BLANK", say("Say where the paper lies."))]})
    if wish.kind is not PersonKind.TALENT and not wish.name.strip():
        raise Invalid(details={"name": [("ERR_BLANK", say("can't be blank"))]})
    answers = Answers(language=wish.language, kind=wish.kind.value, name=wish.name.strip())
    person_id = make_person(w, answers, keys)
    manner = Manner(How.PAPER, wish.reference, login_id)
    write_decisions(w, person_id, texts, wish.agreed, manner=manner)
    w.session.add(Coming(person_id=person_id, way=ON_BEHALF, brought_by=login_id, at=w.now))
    record(
        w, login_id=login_id, verb="make_person_for", subject_type="person", subject_id=person_id
    )
    takeover = Wish(kind=wish.kind, language=wish.language, vouches=True, person_id=person_id)
    invitation, code = make_invitation(w, takeover, made_by=login_id)
    return MadeFor(person_id, invitation.id, code)
