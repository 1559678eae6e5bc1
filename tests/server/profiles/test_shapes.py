"""A shape takes what fits, writes it in its usual form, and says in words what does not."""

import pytest

from server.people.model import PersonKind
from server.platform.i18n import say
from server.profiles.fields import BY_NAME, CHECKED, FIELDS, ON_LISTS, SECTIONS, USEFUL_FIRST
from server.profiles.model import Audience
from server.profiles.rules import is_wider
from server.profiles.shapes import (
    Grid,
    Hours,
    Line,
    Many,
    One,
    Terms,
    Text,
    Tongues,
    Unfit,
    Words,
    mail,
    phone,
    register_number,
    web_address,
)

PAIR = (("a", say("A")), ("b", say("B")))


@pytest.mark.parametrize(
    ("shape", "raw", "clean"),
    [
        (Line(20), "  two   words ", "two words"),
        (Line(), "", None),
        (Line(), None, None),
        (Line(254, check=mail), "post@place.example", "post@place.example"),
        (Line(40, check=phone), "+32 59 12 34 56", "+32 59 12 34 56"),
        (Line(check=web_address), "www.place.example", "https://www.place.example"),
        (Line(check=register_number), "0123456749", "0123.456.749"),
        (Line(check=register_number), "BE 0123.456.749", "0123.456.749"),
        (Line(check=register_number), "1234567-1", "1234567-1"),
        (Line(check=register_number), "HRB 12", "HRB 12"),
        (Text(), " one \n\ntwo ", "one\n\ntwo"),
        (One(PAIR), "b", "b"),
        (One(PAIR), "", None),
        (Many(PAIR), ["b", "a"], ["a", "b"]),
        (Many(PAIR), [], None),
        (Words(), "one\n\n two  words \none", ["one", "two words"]),
        (Terms("isco", 2), ["2512", "2512", ""], ["2512"]),
        (Terms("isco", 2), "2512", ["2512"]),
        (Grid(), ["tue_evening", "mon_morning"], ["mon_morning", "tue_evening"]),
        (
            Tongues(),
            [{"language": "ar", "level": "native"}, {"language": "", "level": "A1"}],
            [{"language": "ar", "level": "native"}],
        ),
        (
            Tongues(),
            [{"language": "nl", "level": "B1", "skills": {"writing": "A2", "reading": ""}}],
            [{"language": "nl", "level": "B1", "skills": {"writing": "A2"}}],
        ),
        (
            Hours(),
            {"mon": [["09:00", "12:00"], ["", ""]]},
            {"mon": [["09:00", "12:00"]]},
        ),
        (Hours(), {"mon": [["", ""]]}, None),
    ],
)
def test_a_fitting_value_is_kept_in_its_usual_form(shape, raw, clean):
    assert shape.clean(raw) == clean


@pytest.mark.parametrize(
    ("shape", "raw"),
    [
        (Line(5), "too long"),
        (Line(), ["a list"]),
        (Line(check=mail), "post@place"),
        (Line(check=phone), "call me"),
        (Line(check=web_address), "javascript:alert(1)"),
        (Line(check=web_address), "not an address"),
        (Line(check=register_number), "0123456789"),
        (Line(check=register_number), "1234567-8"),
        (Text(3), "four"),
        (One(PAIR), "c"),
        (Many(PAIR), ["a", "c"]),
        (Words(1), "one\ntwo"),
        (Words(5, 3), "long"),
        (Terms("isco", 1), ["1", "2"]),
        (Terms("isco"), ["x" * 300]),
        (Grid(), ["mon_night"]),
        (Tongues(), [{"language": "nl", "level": ""}]),
        (Tongues(), [{"language": "nl", "level": "B9"}]),
        (Tongues(), [{"language": "Dutch!", "level": "B1"}]),
        (Tongues(), [{"language": "nl", "level": "B1", "skills": {"writing": "Z"}}]),
        (Tongues(), [{"language": "nl", "level": "B1"}, {"language": "nl", "level": "A1"}]),
        (Tongues(1), [{"language": "nl", "level": "B1"}, {"language": "fr", "level": "A1"}]),
        (Hours(), {"mon": [["09:00", ""]]}),
        (Hours(), {"mon": [["17:00", "09:00"]]}),
        (Hours(), {"mon": [["09:00", "12:00"], ["11:00", "15:00"]]}),
        (Hours(), {"mon": [["noon", "13:00"]]}),
        (Hours(), {"mon": [["01:00", "02:00"], ["03:00", "04:00"], ["05:00", "06:00"]]}),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(shape, raw):
    with pytest.raises(Unfit) as refused:
        shape.clean(raw)
    assert str(refused.value.why)


def test_every_field_starts_within_what_may_be_chosen():
    for field in FIELDS:
        assert field.starts.keys() == field.widest.keys()
        for kind, first in field.starts.items():
            assert not is_wider(first, field.widest[kind]), field.name


def test_no_answer_of_a_talent_can_be_public():
    assert not [f.name for f in FIELDS if f.widest.get(PersonKind.TALENT) is Audience.PUBLIC]


def test_what_talents_and_mentors_answer_is_seen_by_no_more_than_matched_people_at_first():
    for field in FIELDS:
        for kind in (PersonKind.TALENT, PersonKind.MENTOR):
            first = field.starts.get(kind, Audience.PRIVATE)
            assert not is_wider(first, Audience.MATCHED), field.name


def test_lists_of_fields_name_fields():
    known = set(BY_NAME)
    assert set(USEFUL_FIRST) <= known
    assert set(ON_LISTS) <= known
    assert known >= CHECKED
    assert {field.section for field in FIELDS} == {section.name for section in SECTIONS}
    public = {f.name for f in FIELDS if Audience.PUBLIC in f.widest.values()}
    assert public <= set(USEFUL_FIRST)
