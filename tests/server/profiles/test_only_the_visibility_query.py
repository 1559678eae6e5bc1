"""No answer reaches a template but through the queries that decide who sees it; read from sources."""

import ast
import re
from pathlib import Path

import pytest

from server.people.model import PersonKind
from server.people.rules import Viewer
from server.platform.i18n import say
from server.profiles.feature import visible
from server.profiles.model import Audience
from server.profiles.queries import OwnAnswer, VisibleAnswer, own_answers, profile_of
from tests.support.people import make_person

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "server").rglob("*.py"))
TEMPLATES = sorted((ROOT / "server").rglob("*.html")) + sorted((ROOT / "server").rglob("*.txt"))
PRINTING = "server/profiles/templates/answers.html"
FORM = {"server/profiles/pages/answers.py", "server/profiles/service.py"}
OPENING = {"server/profiles/privacy.py", *FORM}
STORED = {
    "server/profiles/queries.py",
    "server/profiles/service.py",
    "server/profiles/privacy.py",
    "server/profiles/reach.py",  # asks for audiences, never for a value
    "server/profiles/model.py",
    # What may count in a match, for many people at once: facts of the rules, never words to show.
    "server/matching/suggesting/answers.py",
}


def name_of(path):
    return str(path.relative_to(ROOT))


def names_in(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.name, "import") for alias in node.names)
        if isinstance(node, ast.Name):
            yield node.id, "name"
        if isinstance(node, ast.Attribute):
            yield node.attr, "name"
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], "call"


def test_only_the_queries_make_visible_answers():
    makers = {name_of(p) for p in SOURCES if ("VisibleAnswer", "call") in set(names_in(p))}
    assert makers == {"server/profiles/queries.py"}


def test_few_places_know_the_table_of_answers():
    for path in SOURCES:
        if "versions" not in path.parts and name_of(path) not in STORED:
            assert "ProfileAnswer" not in {name for name, _ in names_in(path)}, path


def test_only_the_owners_form_and_copy_read_own_answers():
    readers = {name_of(p) for p in SOURCES if "own_answers" in {n for n, _ in names_in(p)}}
    assert readers == OPENING


def test_one_template_prints_answers_and_only_through_the_filter():
    text = (ROOT / PRINTING).read_text("utf-8")
    loops = re.findall(r"{% for \w+ in ([^%]*answers[^%]*)%}", text)
    assert loops
    assert all(loop.strip() == "answers|visible" for loop in loops)
    for path in TEMPLATES:
        if name_of(path) == PRINTING or "joining" in path.parts:
            continue  # whoever is joining sees what they just typed; there is no profile yet
        shown = path.read_text("utf-8")
        assert ".texts" not in shown, path
        assert "|visible" not in shown, path
        assert not printed_past_the_filter(shown), path


@pytest.mark.parametrize(
    "template",
    [
        "{% for one in profile.answers %}{{ one.link }}{% endfor %}",
        "{{ found.about.answers[0].label }}",
        "{% set mine = seen.answers %}",
        "{% if profile.answers %}{{ profile.answers|first }}{% endif %}",
    ],
)
def test_a_template_that_goes_past_the_filter_is_noticed(template):
    assert printed_past_the_filter(template)


def printed_past_the_filter(template: str) -> list[str]:
    """Return the tags of a template that do anything with answers but hand them on."""
    tags = re.findall(r"(?:{%|{{)[^%}]*\banswers\b[^%}]*(?:%}|}})", _without_words(template))
    return [tag for tag in tags if not _is_handed_on(tag)]


def _without_words(template: str) -> str:
    """Return a template without its texts, file names and comments, which may well say "answers"."""
    return re.sub(r'"[^"]*"|\'[^\']*\'|{#.*?#}', "", template, flags=re.DOTALL)


def _is_handed_on(tag: str) -> bool:
    """Whether a tag gives answers to the macros that print them, or asks whether there are any."""
    handed = re.sub(r"about\.(about|rows|brief)\([^)]*\)", "", tag)
    handed = handed.replace("offer.answers", "")  # the channels by which one answers an offer
    asked = re.sub(r"{% (?:el)?if (?:not )?[\w.]+\.answers %}", "", handed)
    return re.search(r"\banswers\b", asked) is None


def test_lines_for_other_servers_are_printed_for_their_owner_alone():
    printing = {name_of(p) for p in TEMPLATES if "answer_lines" in p.read_text("utf-8")}
    assert printing == set()
    lines = {name_of(p) for p in TEMPLATES if "person.lines" in p.read_text("utf-8")}
    assert lines == {"server/profiles/templates/view_as.html"}


@pytest.mark.parametrize(
    "given", [OwnAnswer("x", Audience.PUBLIC), "x", {"field": "phone"}, None, say("x")]
)
def test_the_filter_lets_nothing_else_through(given):
    with pytest.raises(TypeError):
        visible([given])


async def test_the_filter_lets_visible_answers_through(instance, give):
    ann = await make_person(instance, "ann", PersonKind.EMPLOYER)
    await give(ann.id, "legal_name", "Ann Ltd")
    seen = await instance.read(profile_of, Viewer(), ann.id)
    assert visible(seen.answers) == list(seen.answers)
    assert all(isinstance(one, VisibleAnswer) for one in seen.answers)
    kept = await instance.read(own_answers, ann.id)
    with pytest.raises(TypeError):
        visible(kept.values())
