"""Messages, catalogues from several folders, and the choice of a locale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.platform.errors import Invalid, MeshworkError, NotFound, TooMany
from server.platform.i18n import load_languages, preferred_tags, say, say_count

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture
def languages(tmp_path):
    web, mail = tmp_path / "web", tmp_path / "mail"
    nested = web / "nl" / "LC_MESSAGES"
    nested.mkdir(parents=True)
    mail.mkdir()
    (nested / "web.po").write_text(
        HEADER
        + 'msgid "Record not found"\nmsgstr "Niet gevonden"\n\n'
        + 'msgid "%(count)s reply"\nmsgid_plural "%(count)s replies"\nmsgstr[0] "%(count)s antwoord"\nmsgstr[1] "%(count)s antwoorden"\n\n'
        + 'msgid "%(field)s is %(fault)s"\nmsgstr "%(fault)s: %(field)s"\n\nmsgid "empty"\nmsgstr "leeg"\n',
        encoding="utf-8",
    )
    (mail / "nl.po").write_text(
        HEADER + 'msgid "Hello"\nmsgstr "Dag"\n\nmsgid "empty"\nmsgstr "other"\n', encoding="utf-8"
    )
    (mail / "pt_BR.po").write_text(HEADER + 'msgid "Hello"\nmsgstr "Olá"\n', encoding="utf-8")
    return load_languages([web, mail], ["nl", "ar", "pt-BR"])


def test_texts_of_every_folder_are_known_and_the_first_wins(languages):
    dutch = languages.translator("nl")
    assert (
        dutch.say(say("Record not found")),
        dutch.say(say("Hello")),
        dutch.say(say("empty")),
    ) == ("Niet gevonden", "Dag", "leeg")
    assert languages.translator("pt-BR").gettext("Hello") == "Olá"


def test_a_text_without_a_translation_is_said_as_written(languages):
    assert languages.translator("ar").say(say("Hello")) == "Hello"
    assert languages.translator("nl").gettext("") == ""
    assert languages.translator("nl").pgettext("menu", "Open") == "Open"


def test_values_are_filled_in_and_messages_among_them_are_translated(languages):
    message = say("%(field)s is %(fault)s", field="name", fault=say("empty"))
    assert languages.translator("nl").say(message) == "leeg: name"
    assert str(message) == "name is empty"


def test_a_counted_text_follows_the_rule_of_its_language(languages):
    one, many = (
        say_count("%(count)s reply", "%(count)s replies", 1),
        say_count("%(count)s reply", "%(count)s replies", 5),
    )
    assert [languages.translator("nl").say(text) for text in (one, many)] == [
        "1 antwoord",
        "5 antwoorden",
    ]
    assert [str(text) for text in (one, many)] == ["1 reply", "5 replies"]
    assert [languages.translator("ar").say(text) for text in (one, many)] == [
        "1 reply",
        "5 replies",
    ]


@pytest.mark.parametrize(
    ("choices", "header", "tag"),
    [
        (["nl", "ar"], "en", "nl"), ([None, "None", "ar"], "en", "ar"), ([], "fr, nl-BE;q=0.8, en;q=0.5", "nl"), ([], "pt-br", "pt-BR"),
        ([], "fr", "en"), ([], None, "en"), ([], "nl;q=0, ar;q=0.1", "ar"), (["nl_BE"], None, "nl"), ([""], "*", "en"), ([], ";;;,q=", "en"),
    ],
)  # fmt: skip
def test_the_most_personal_choice_wins(languages, choices, header, tag):
    assert languages.negotiate(*choices, accept_language=header) == tag


@given(st.text(max_size=100))
def test_any_accept_language_is_read(header):
    assert all(tag for tag in preferred_tags(header))


def test_languages_are_listed_in_themselves_with_their_direction(languages):
    listed = {one.tag: one for one in languages.listed()}
    assert (listed["nl"].name, listed["ar"].name) == ("Nederlands", "العربية")
    assert (listed["ar"].is_rtl, listed["nl"].is_rtl) == (True, False)
    assert languages.tags == ("en", "nl", "ar", "pt-BR")


def test_a_language_nobody_speaks_is_refused_at_start(tmp_path):
    with pytest.raises(ValueError, match="xx-yy"):
        load_languages([tmp_path], ["xx-yy"])


def test_an_error_says_what_is_safe_and_keeps_its_detail_apart():
    error = NotFound(detail="row 7 belongs to another")
    assert (error.status, error.code, str(error.safe)) == (404, "not_found", "Record not found")
    assert str(NotFound("No such vacancy").safe) == "No such vacancy"
    assert MeshworkError().status == 500
    assert TooMany(0).retry_after == 1


def test_an_invalid_value_names_its_field_and_is_translated(languages):
    error = Invalid(details={"note": [("ERR_BLANK", say("empty"))]})
    assert str(error.safe) == "Validation failed: note empty"
    assert languages.translator("nl").say(error.details["note"][0].description) == "leeg"
    assert str(Invalid().safe) == "Validation failed"
