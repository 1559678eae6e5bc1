"""Decisions with the text that was shown, and the page on which people change their mind."""

import dataclasses
from types import MappingProxyType

import pytest
from sqlalchemy import func, select

from server.access.mailing import refuses
from server.access.queries import logins_of_person
from server.features import FEATURES
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.platform.errors import Invalid
from server.platform.i18n import load_languages
from server.privacy import ledger, telling, texts
from server.privacy.holdings import HOLDINGS
from server.privacy.ledger import (
    Manner,
    has_agreed,
    history,
    kept_text,
    standings,
    to_ask_again,
    write_decision,
    write_decisions,
)
from server.privacy.model import ConsentText, How
from server.privacy.privacy import export
from server.privacy.texts import MATCHING, PURPOSES, RESEARCH, notices, questions, shown
from tests.support.people import make_person

ENGLISH = load_languages((), ()).translator("en")
EVERYTHING = [shown(one, ENGLISH) for one in PURPOSES.values()]


async def talent(instance):
    return await make_person(instance, "tia", PersonKind.TALENT, reach=None)


def test_every_purpose_says_what_it_is_and_every_choice_what_taking_it_back_does():
    for one in PURPOSES.values():
        assert one.version >= one.valid_from >= 1
        assert one.text
        assert bool(one.effects) == one.is_choice
    assert {one.name for one in questions(PersonKind.EMPLOYER)} == {"mail_alerts", "research"}
    assert not any(one in questions(PersonKind.TALENT) for one in notices(PersonKind.TALENT))


def test_the_notice_tells_of_every_feature_that_holds_personal_data():
    holding = {one.name for one in FEATURES if one.personal_data != "nothing"}
    # The tables of vocabularies hold standards, so its export is empty.
    assert holding - {"vocabularies"} == set(HOLDINGS)


def test_another_language_or_version_is_another_text():
    text = shown(MATCHING, ENGLISH)
    assert text.fingerprint == shown(MATCHING, ENGLISH).fingerprint
    assert text.fingerprint != dataclasses.replace(text, language="nl").fingerprint
    assert text.fingerprint != dataclasses.replace(text, version=2).fingerprint
    assert text.fingerprint != dataclasses.replace(text, text=text.text + " ").fingerprint


async def test_a_decision_keeps_who_when_how_and_the_very_text(instance):
    tia = await talent(instance)
    text = shown(MATCHING, ENGLISH)
    await instance.work(
        write_decision, tia.id, text, given=True, manner=Manner(How.PAPER, " F 12 ", 7)
    )
    (row,) = await instance.read(history, tia.id)
    assert (row.purpose, row.given, row.version, row.language) == ("matching", True, 1, "en")
    assert (row.how, row.reference, row.login_id, row.at) == (
        How.PAPER, "F 12", 7, instance.clock.now(),
    )  # fmt: skip
    assert await instance.read(kept_text, row.text_hash) == text
    told = (await instance.read(export, tia.id))["consents"][-1]
    assert told["text"] == text.text
    assert told["paper"] == "F 12"


async def test_one_text_is_kept_once(instance):
    tia, ben = await talent(instance), await make_person(instance, "ben")
    for one in (tia, ben):
        await instance.work(write_decision, one.id, shown(RESEARCH, ENGLISH), given=True)
    count = await instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(ConsentText))
    )
    assert count == 1


async def test_silence_is_a_no_and_notices_count_as_read(instance):
    tia = await talent(instance)
    await instance.work(write_decisions, tia.id, EVERYTHING, ["matching", "nonsense"])
    rows = {one.purpose for one in await instance.read(history, tia.id)}
    assert rows == {"account", "publishing", "messaging", "safety", "matching"}
    assert await instance.read(has_agreed, tia.id, MATCHING)
    assert not await instance.read(has_agreed, tia.id, RESEARCH)


async def test_taking_back_adds_a_row_and_changes_none(instance):
    tia = await talent(instance)
    text = shown(MATCHING, ENGLISH)
    await instance.work(write_decision, tia.id, text, given=True)
    await instance.work(write_decision, tia.id, text, given=False)
    assert [one.given for one in await instance.read(history, tia.id)] == [False, True]
    assert not await instance.read(has_agreed, tia.id, MATCHING)


async def test_a_text_of_another_day_and_paper_without_a_place_are_refused(instance):
    tia = await talent(instance)
    text = shown(MATCHING, ENGLISH)
    for wrong in (
        dataclasses.replace(text, version=9), dataclasses.replace(text, purpose="nonsense"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            await instance.work(write_decision, tia.id, wrong, given=True)
    with pytest.raises(Invalid):
        await instance.work(write_decision, tia.id, text, given=True, manner=Manner(How.PAPER))
    assert await instance.read(history, tia.id) == []


async def test_a_change_that_matters_is_asked_again_and_counts_as_no_until_then(
    instance, monkeypatch
):
    tia = await talent(instance)
    await instance.work(write_decision, tia.id, shown(MATCHING, ENGLISH), given=True)
    changed = dataclasses.replace(MATCHING, version=2, valid_from=2)
    every = MappingProxyType({**PURPOSES, "matching": changed})
    monkeypatch.setattr(texts, "PURPOSES", every)
    monkeypatch.setattr(ledger, "PURPOSES", every)

    assert not await instance.read(has_agreed, tia.id, changed)
    assert await instance.read(to_ask_again, tia.id) == [changed]
    monkeypatch.setattr(telling, "PURPOSES", every)
    for _ in range(2):
        await instance.work(telling.ask_again)
    notices_of = select(OwnNotice).where(OwnNotice.person_id == tia.id)
    (told,) = await instance.read(lambda r: list(r.session.scalars(notices_of)))
    assert told.about == {"purpose": "matching", "version": 2}
    await instance.work(write_decision, tia.id, shown(changed, ENGLISH), given=True)
    assert await instance.read(to_ask_again, tia.id) == []


async def test_everybody_is_asked_only_what_is_for_their_kind(instance):
    ann = await make_person(instance, "ann")
    assert [one.purpose.name for one in await instance.read(standings, ann.id)] == [
        "mail_alerts", "research", "funder",
    ]  # fmt: skip


async def test_people_say_yes_and_take_it_back_on_one_page_each(instance, sign_in):
    tia = await talent(instance)
    reader = await sign_in(tia.id)
    assert await reader.get("/settings/consents") == 200
    assert await reader.get("/settings/consents/matching") == 200
    assert "If you take it back" not in reader.text
    sent = [*reader.form("/settings/consents/matching"), ("answer", "yes")]
    assert await reader.post("/settings/consents/matching", sent) == 303
    assert await instance.read(has_agreed, tia.id, MATCHING)
    await reader.get("/settings/consents/matching")
    assert "stops looking for a person" in reader.text
    sent = [*reader.form("/settings/consents/matching"), ("answer", "no")]
    assert await reader.post("/settings/consents/matching", sent) == 303
    assert not await instance.read(has_agreed, tia.id, MATCHING)
    await reader.get("/settings/consents")
    assert "taken back" in reader.text


async def test_taking_back_the_consent_to_mails_stops_them_at_once(instance, sign_in):
    ann = await make_person(instance, "ann")
    await sign_in(ann.id)
    (login_id,) = await instance.read(logins_of_person, ann.id)
    text = shown(PURPOSES["mail_alerts"], ENGLISH)
    await instance.work(write_decision, ann.id, text, given=False)
    assert await instance.read(refuses, login_id, "alerts")
    await instance.work(write_decision, ann.id, text, given=True)
    assert not await instance.read(refuses, login_id, "alerts")


async def test_what_nobody_asked_and_old_texts_are_refused(instance, sign_in, anybody):
    tia = await talent(instance)
    reader = await sign_in(tia.id)
    await reader.get("/settings/consents/matching")
    path = "/settings/consents/matching"
    assert await reader.post(path, [("version", "1")]) == 422
    assert await reader.post(path, [("version", "7"), ("answer", "yes")]) == 409
    assert await reader.post(path, [("answer", "yes")]) == 409
    assert await reader.post(path, [("version", "x"), ("answer", "yes")]) == 422
    assert await reader.post(path, [("version", "1"), ("answer", "maybe")]) == 422
    assert await reader.get("/settings/consents/account") == 404
    assert await reader.get("/settings/consents/nonsense") == 404
    assert (
        await reader.post(path, [("version", "1"), ("answer", "yes"), ("form_token", "a.b")]) == 403
    )
    assert await instance.read(history, tia.id) == []
    assert await anybody.get("/settings/consents") == 303


async def test_the_notice_is_for_everybody_and_says_what_staff_chose(instance, anybody):
    from server.platform.choices import choose
    from server.privacy import choices

    await instance.work(choose, choices.PLACE, "In the cellar in Ghent")
    await instance.work(choose, choices.PROCESSORS, "Post Office, letters, Belgium\n\n")
    await instance.work(choose, choices.CONTACT, "privacy@ours.example")
    assert await anybody.get("/privacy") == 200
    for told in ("In the cellar in Ghent", "Post Office", "privacy@ours.example"):
        assert told in anybody.text
    for holding in HOLDINGS.values():
        assert str(holding.what) in anybody.text
