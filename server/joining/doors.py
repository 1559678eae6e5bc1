"""Which way in a draft takes now: asked anew at every page, because staff may shut a door."""

from server.joining.choices import MODE, admitted_kinds
from server.joining.drafts import Answers
from server.joining.invitations import invitation_by_id
from server.joining.model import Invitation
from server.joining.rules import Door, Mode, door_with_code, door_without_code
from server.platform.choices import chosen
from server.platform.work import Reading
from server.settings import Settings


def can_mail(settings: Settings) -> bool:
    """Tell whether letters leave this instance, or lie in a folder of a development instance."""
    return bool(settings.mail.host or settings.mail.folder)


def open_door(r: Reading, *, mails: bool) -> Door:
    """Return the way in without a code. Raises NoWayIn."""
    return door_without_code(Mode(chosen(r, MODE)), admitted_kinds(r), mails=mails)


def door_of_invitation(r: Reading, invitation: Invitation, *, mails: bool) -> Door:
    """Return the way in that an invitation opens. Raises NoWayIn."""
    return door_with_code(
        Mode(chosen(r, MODE)),
        invitation.kind,
        takes_over=invitation.person_id is not None,
        vouches=invitation.vouches,
        mails=mails,
    )


def door_of(r: Reading, answers: Answers, *, mails: bool) -> Door:
    """Return the way in of somebody who has begun. Raises NoWayIn when it is shut meanwhile."""
    if answers.invitation_id is None:
        return open_door(r, mails=mails)
    return door_of_invitation(r, invitation_by_id(r, answers.invitation_id), mails=mails)
