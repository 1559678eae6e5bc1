"""What privacy tells people inside: a file is ready, a text they agreed to has changed."""

from typing import Final

from sqlalchemy import func, select

from server.notifications.model import OwnNotice
from server.notifications.service import inform
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice
from server.platform.work import Work
from server.privacy.model import Consent
from server.privacy.texts import PURPOSES, Purpose

ARCHIVE_READY: Final = "archive_ready"
CONSENT_CHANGED: Final = "consent_changed"


def ask_again(w: Work) -> None:
    """Tell everybody whose yes counts no more, once for each text; their page asks anew."""
    for purpose in PURPOSES.values():
        if purpose.is_choice and purpose.valid_from > 1:
            _ask_again(w, purpose)


def _ask_again(w: Work, purpose: Purpose) -> None:
    last = (
        select(func.max(Consent.id))
        .where(Consent.purpose == purpose.name)
        .group_by(Consent.person_id)
    )
    outdated = select(Consent.person_id).where(
        Consent.id.in_(last), Consent.given, Consent.version < purpose.valid_from
    )
    about = {"purpose": purpose.name, "version": purpose.version}
    told = select(OwnNotice).where(
        OwnNotice.kind == CONSENT_CHANGED, OwnNotice.person_id.in_(outdated)
    )
    known = {one.person_id for one in w.session.scalars(told) if one.about == about}
    for person_id in w.session.scalars(outdated).all():
        if person_id not in known:
            inform(w, person_id, CONSENT_CHANGED, about)


def _changed(about: About) -> Message:
    purpose = PURPOSES.get(str(about.get("purpose")))
    if purpose is None:
        return say("A text you agreed to has changed. Please decide again.")
    return say("This text has changed. Please decide again: %(what)s", what=purpose.title)


def _to_question(about: About) -> str | None:
    name = str(about.get("purpose"))
    return f"/settings/consents/{name}" if name in PURPOSES else "/settings/consents"


def _ready(_: About) -> Message:
    return say("The file with your data is ready.")


def _to_export(_: About) -> str | None:
    return "/settings/export"


NOTICES: Final = (
    Notice(
        kind=CONSENT_CHANGED,
        label=say("Texts you agreed to that changed"),
        icon="edit",
        text=_changed,
        path=_to_question,
        is_essential=True,
    ),
    Notice(
        kind=ARCHIVE_READY,
        label=say("Files with your data"),
        icon="bell",
        text=_ready,
        path=_to_export,
        is_essential=True,
    ),
)
