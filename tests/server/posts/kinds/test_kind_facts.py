"""Key facts, catalogues and the rules of a kind's life."""

import ast
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import schemas
from schemas import errors as schema_errors
from schemas import rules as schema_rules
from server.posts import kinds
from server.posts.kinds import FACTS, Kind, State, closes_at, closing_text, hashtag_of, next_states
from server.posts.kinds.advising import advice
from server.posts.kinds.facts import facts_of
from server.posts.kinds.language import SPOKEN, catalogue, locale_of, name_of_language, voice_of
from server.posts.kinds.rules import changed_state, errors_to_publish, is_due
from server.posts.kinds.wording import units

SAMPLES = Path(schemas.__file__).parent / "samples"
VALID = sorted(SAMPLES.glob("*/valid-*.json"))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LANGUAGES = ["nl", "fr", "de", "fi", "sv", "ar", "uk", "fa"]


def sample(kind, number=1):
    return json.loads((SAMPLES / kind / f"valid-{number}.json").read_text(encoding="utf-8"))


def values(kind, number, language):
    rows = facts_of(Kind(kind), sample(kind, number), voice_of(language))
    return {fact.key: fact.value for fact in rows}


def message_ids():
    """Collect every English message id: of the schemas, their errors, and this package."""
    found = {text for facts in FACTS.values() for text in (facts.label, facts.plural)}
    found |= {schema_errors.WRONG_FORM, *schema_errors.MESSAGES.values()}
    found |= set(schema_errors.FORMAT_MESSAGES.values())
    for name in (*schemas.KINDS, "common"):
        found |= set(annotations(schemas.schema(name)))
    found |= {text for text in literals(schema_rules.__file__) if is_message(text)}
    for path in Path(kinds.__file__).parent.glob("*.py"):
        found |= set(marked(path))
    return found


def annotations(part):
    if isinstance(part, dict):
        yield from part.get("x-labels", {}).values()
        if isinstance(part.get("x-message"), str):
            yield part["x-message"]
        if isinstance(part.get("title"), str) and "$id" not in part:
            yield part["title"]
        for inner in part.values():
            yield from annotations(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from annotations(inner)


def literals(path):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    documented = {
        ast.get_docstring(n, clean=False)
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef | ast.Module)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value not in documented
        ):
            yield node.value


def is_message(text):
    return text.endswith(".") and text[0].isupper()


def marked(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "marked"
        ):
            yield node.args[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_of_each_language_is_complete_and_holds_nothing_else(language):
    path = Path(kinds.__file__).parent / f"locale/{language}/LC_MESSAGES/kinds.po"
    with path.open("rb") as file:
        entries = {entry.id: entry for entry in read_po(file, locale=language) if entry.id}

    assert set(entries) == message_ids()
    for text, entry in entries.items():
        assert entry.string, text
        assert not entry.fuzzy, text
        assert set(placeholders(text)) == set(placeholders(entry.string)), text


def placeholders(text):
    return [part.partition(")")[0] for part in text.split("%(")[1:]]


def test_catalogues_speak_and_english_is_the_message_itself():
    assert catalogue("nl").gettext("Vacancy") == "Vacature"
    assert catalogue("fi").gettext("Vacancy") == "Työpaikka"
    assert catalogue("en").gettext("Vacancy") == "Vacancy"
    assert catalogue("../../etc").gettext("Vacancy") == "Vacancy"


def test_a_language_without_catalogue_is_worded_in_the_other_one():
    assert voice_of("ti", "nl").translate("yes") == "ja"
    assert voice_of("ti", "nl").locale.language == "nl"
    assert voice_of("ti", "so").translate("yes") == "yes"
    assert voice_of("fr-BE").translate("yes") == "oui"
    assert voice_of("fr-BE").locale.territory == "BE"


def test_locales_are_found_or_english():
    assert str(locale_of("en")) == "en_GB"
    assert str(locale_of("xx-YY")) == "en_GB"
    assert locale_of("prs").language == "fa"
    assert locale_of("nl-XX").language == "nl"


def test_languages_are_named_for_the_reader():
    assert name_of_language("fi", locale_of("nl")) == "Fins"
    assert name_of_language("prs", locale_of("fr")) == "dari"
    assert name_of_language("en", locale_of("en")) == "English"
    assert name_of_language("qqq", locale_of("en")) == "qqq"


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_sample_has_facts_in_every_language(path, language):
    record = json.loads(path.read_text(encoding="utf-8"))

    rows = facts_of(Kind(path.parent.name), record, voice_of(language))

    assert len(rows) >= 5
    assert len({row.key for row in rows}) == len(rows)
    assert all(row.label and row.value and row.heading.startswith(row.label) for row in rows)
    assert all("None" not in row.value and "%(" not in row.value + row.heading for row in rows)


def test_a_vacancy_is_worded_in_dutch():
    facts = values("vacancy", 1, "nl")

    assert facts["salary"].replace("\xa0", " ") == "€ 15,95 – € 18,90 per uur"
    assert facts["hours"] == "24–32"
    assert facts["contractTerm"] == "Vast contract"
    assert facts["languages"] == "Nederlands (A2, spreken)"
    assert facts["jobLocation"] == "Zeestraat 12, 8400 Oostende"
    # 22:59:59 UTC is the last second of the day in Brussels: the day is enough.
    assert facts["validThrough"] == "zondag 31 januari 2027"
    assert "leadType" not in facts


def test_a_fixed_term_is_worded_with_the_plural_of_the_language():
    assert values("vacancy", 3, "en")["contractTerm"] == "Fixed-term contract (12 months)"
    assert values("vacancy", 3, "fi")["contractTerm"] == "Määräaikainen työsuhde (12 kuukautta)"
    assert values("vacancy", 3, "en")["salary"] == "Pay is told before the interview"
    one = sample("vacancy", 3) | {"contractMonths": 1}
    assert "(1 month)" in {
        f.value.partition(" ")[2][9:]
        for f in facts_of(Kind.VACANCY, one, voice_of("en"))
        if f.key == "contractTerm"
    }


def test_an_event_says_when_and_on_whose_clock():
    assert values("event", 1, "fr")["startTime"] == (
        "jeudi 14 janvier 2027, 13:00–17:00 (heure locale : Bruxelles)"
    )
    # Written in UTC, read on the clock of Helsinki.
    assert values("event", 3, "en")["startTime"].startswith("Tuesday, 9 February 2027, 17:00–18:00")


def test_an_event_over_two_days_names_both():
    record = sample("event", 1) | {"endTime": "2027-01-15T12:00:00+01:00"}
    words = {f.key: f.value for f in facts_of(Kind.EVENT, record, voice_of("en"))}["startTime"]
    assert words.startswith("Thursday, 14 January 2027, 13:00 – Friday, 15 January 2027, 12:00")


def test_french_counts_the_first_of_the_month():
    assert values("project", 2, "fr")["startDate"] == "lundi 1er mars 2027"


def test_a_closing_moment_without_a_place_keeps_its_own_clock():
    assert values("vacancy", 3, "en")["validThrough"] == "Sunday, 14 February 2027"


def test_only_addresses_become_links():
    rows = {f.key: f for f in facts_of(Kind.VACANCY, sample("vacancy", 2), voice_of("en"))}

    assert rows["applyUrl"].value == "rekry@ravintola-aalto.example"
    assert rows["applyUrl"].href == "mailto:rekry@ravintola-aalto.example"
    assert rows["hiringOrganization"].href == ""


@pytest.mark.parametrize(
    ("kind", "record", "closing"),
    [
        ("vacancy", {"validThrough": "2027-01-31T22:59:59Z"}, "2027-01-31T22:59:59Z"),
        ("study", {"enrolUntil": "2027-01-08T17:00:00Z", "startDate": "2027-01-11"}, "2027-01-08T17:00:00Z"),
        ("study", {"startDate": "2027-01-11"}, "2027-01-11T00:00:00Z"),
        ("study", {"startDate": "2027-01-11", "rolling": True}, None),
        ("study", {"rolling": True, "expiresAt": "2027-10-31T22:59:59Z"}, "2027-10-31T22:59:59Z"),
        ("study", {"rolling": True, "endDate": "2027-06-30"}, "2027-06-30T23:59:59Z"),
        ("event", {"endTime": "2027-01-14T17:00:00+01:00"}, "2027-01-14T17:00:00+01:00"),
        ("project", {"startDate": "2027-02-01", "endDate": "2027-06-30"}, "2027-02-01T00:00:00Z"),
        ("project", {"applyBy": "2027-01-25T17:00:00Z", "startDate": "2027-02-01"}, "2027-01-25T17:00:00Z"),
        ("tool", {"reviewBy": "2027-11-23"}, None),
    ],
)  # fmt: skip
def test_each_kind_knows_when_it_closes(kind, record, closing):
    assert closing_text(Kind(kind), record) == closing
    assert (closes_at(Kind(kind), record) is None) == (closing is None)


def test_every_kind_has_a_hashtag_in_our_languages():
    assert hashtag_of(Kind.VACANCY, "nl") == "vacature"
    assert hashtag_of(Kind.VACANCY, "fr-BE") == "emploi"
    assert hashtag_of(Kind.VACANCY, "fi") == "työpaikka"
    assert hashtag_of(Kind.VACANCY, "tlh") == "vacancy"
    for facts in FACTS.values():
        assert {"en", "nl", "fr", "fi"} <= set(facts.hashtags)
        assert not any(set("# ") & set(word) for word in facts.hashtags.values())


@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_sample_may_be_published_today(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    assert errors_to_publish(Kind(path.parent.name), record, published=NOW, now=NOW) == []


def found(kind, record, now=NOW, published=NOW):
    return {
        (e.pointer, e.code) for e in errors_to_publish(kind, record, published=published, now=now)
    }


def test_what_has_closed_may_not_be_published_open():
    record = sample("vacancy") | {"validThrough": "2026-11-23T09:00:00Z"}

    assert ("/validThrough", "closed") in found(Kind.VACANCY, record)
    assert found(Kind.VACANCY, record | {"state": "FILLED"}) == set()


def test_nothing_is_shown_longer_than_twelve_months():
    late = (NOW + timedelta(days=367)).isoformat()
    vacancy = sample("vacancy") | {"validThrough": late}
    tool = sample("tool") | {"expiresAt": late}
    both = sample("vacancy") | {"expiresAt": late}

    assert found(Kind.VACANCY, vacancy) == {("/validThrough", "too_long")}
    assert found(Kind.TOOL, tool) == {("/expiresAt", "too_long")}
    assert found(Kind.VACANCY, both) == {("/expiresAt", "too_long")}
    # Counted from the first publication: an edit does not buy more time.
    assert found(Kind.TOOL, sample("tool", 2), published=NOW - timedelta(days=366)) == {
        ("/expiresAt", "too_long")
    }


def test_states_follow_each_other_only_where_that_makes_sense():
    assert next_states(State.OPEN) == {State.FILLED, State.EXPIRED, State.WITHDRAWN}
    assert State.OPEN in next_states(State.FILLED)
    assert State.EXPIRED not in next_states(State.WITHDRAWN)
    assert all(state not in next_states(state) for state in State)


def test_a_filled_vacancy_opens_again_only_while_people_can_apply():
    filled = changed_state(Kind.VACANCY, sample("vacancy"), State.FILLED, now=NOW)

    assert filled["state"] == "FILLED"
    assert changed_state(Kind.VACANCY, filled, State.OPEN, now=NOW)["state"] == "OPEN"
    refused = changed_state(Kind.VACANCY, filled, State.OPEN, now=NOW + timedelta(days=99))
    assert (refused.pointer, refused.code) == ("/validThrough", "closed")


def test_a_state_that_cannot_follow_is_refused_and_changes_nothing():
    record = sample("vacancy") | {"state": "WITHDRAWN"}

    refused = changed_state(Kind.VACANCY, record, State.FILLED, now=NOW)

    assert (refused.pointer, refused.code) == ("/state", "transition")
    assert record["state"] == "WITHDRAWN"


def test_withdrawing_an_event_cancels_it_for_calendars_too():
    cancelled = changed_state(Kind.EVENT, sample("event"), State.WITHDRAWN, now=NOW)
    again = changed_state(Kind.EVENT, cancelled, State.OPEN, now=NOW)

    assert cancelled["eventStatus"] == "EventCancelled"
    assert again["eventStatus"] == "EventScheduled"


def test_an_offer_is_due_when_its_moment_has_come():
    record = sample("vacancy")

    assert not is_due(Kind.VACANCY, record, NOW)
    assert is_due(Kind.VACANCY, record, datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC))
    assert not is_due(Kind.VACANCY, record | {"state": "FILLED"}, NOW + timedelta(days=999))
    assert not is_due(Kind.TOOL, sample("tool"), NOW + timedelta(days=999))


@pytest.mark.parametrize(
    ("record", "pointer", "code"),
    [
        ({"title": "Native speaker wanted"}, "/title", "native_speaker"),
        ({"description": "Nederlands als moedertaal"}, "/description", "native_speaker"),
        ({"summary": "Suomi äidinkielenä"}, "/summary", "native_speaker"),
        ({"summary": "De langue maternelle française"}, "/summary", "native_speaker"),
        ({"easyText": "one two three four five six seven eight nine ten " * 2}, "/easyText", "long_sentence"),
        ({"contact": {"email": "jan.fictief@duinzorg.example"}}, "/contact/email", "personal_mailbox"),
    ],
)  # fmt: skip
def test_advice_is_given_and_stops_nobody(record, pointer, code):
    assert [(e.pointer, e.code) for e in advice(Kind.VACANCY, record)] == [(pointer, code)]
    assert found(Kind.VACANCY, sample("vacancy") | record) == set()


def test_good_texts_get_no_advice():
    assert [
        advice(Kind(p.parent.name), json.loads(p.read_text(encoding="utf-8"))) for p in VALID
    ] == [[]] * len(VALID)


def test_the_package_is_pure():
    banned = {"aiohttp", "sqlalchemy", "asyncio", "jinja2", "random", "time"}
    for path in Path(kinds.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & {name.partition(".")[0] for name in names}, path.name


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_first_and_the_last_moment_that_there_is_can_be_shown(moment, language):
    record = sample("vacancy") | {"validThrough": moment}
    assert not schemas.errors_of("vacancy", record)
    assert facts_of(Kind.VACANCY, record, voice_of(language))


@pytest.mark.parametrize("language", sorted(SPOKEN))
@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week", "month", "year"])
def test_an_amount_of_time_is_said_in_words(unit: str, language: str):
    for count in (1, 2, 3, 11, 36):
        said = units(Decimal(count), unit, voice_of(language))
        assert "duration" not in said
        assert any(letter.isalpha() for letter in said)
