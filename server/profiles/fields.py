"""The fields of a profile, declared once: for whom each exists, its shape, and who sees it.

`who` says it in one line for each kind of person: T talent, M mentor, E employer, O organisation;
then the audience the field starts with and, after the sign `>`, the widest that may be chosen.
Nothing of a talent is ever wider than partners, so no answer of a talent is on the open web; what
is used as a rule or for staff only stays private whatever the person wishes (GDPR art. 5, 25).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from server.people.model import PersonKind
from server.platform.i18n import Message, say
from server.profiles import options
from server.profiles.model import Audience
from server.profiles.shapes import (
    Grid,
    Hours,
    Line,
    Many,
    One,
    Shape,
    Terms,
    Text,
    Tongues,
    Words,
    mail,
    phone,
    register_number,
    web_address,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the profile form: a few fields that belong together."""

    name: str
    label: Message
    help: Message


SECTIONS: Final[Sequence[Section]] = (
    Section("organisation", say("Your organisation"),
            say("Who you are. Our staff compares name and number with the register.")),
    Section("about", say("About you"), say("So that people know whom they meet.")),
    Section("contact", say("How to reach you"),
            say("Private details stay with you and the staff who help you.")),
    Section("place", say("Where you are"), say("A region is enough. Nobody asks for your street.")),
    Section("languages", say("Languages"), say("Every language counts, also a little of it.")),
    Section("work", say("Work and skills"),
            say("Also work without pay, and work in another country.")),
    Section("learning", say("Education"), say("Also when the diploma is from another country.")),
    Section("goals", say("What you want"), say("It helps to find people who can help.")),
    Section("offers", say("What you offer"), say("What can people find with you?")),
    Section("time", say("When and how"), say("When do you have time to meet?")),
    Section("opening", say("Opening hours"), say("When can people come or call?")),
    Section("private", say("Private questions"),
            say("Only the staff who help you see these answers. You do not have to answer.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a profile.

    `starts` holds the audience that an answer starts with, for each kind of person that has the
    field; `widest` the widest that may be chosen. `label` asks the person, `title` stands before
    the answer where others read it. `on_card` marks what the proposed other side of a match is
    shown before both have agreed, without name and handle.
    """

    name: str
    section: str
    sign: str
    label: Message
    title: Message
    help: Message
    shape: Shape
    starts: Mapping[PersonKind, Audience]
    widest: Mapping[PersonKind, Audience]
    on_card: bool = False

    def is_for(self, kind: PersonKind | None) -> bool:
        """Tell whether people of a kind have this field."""
        return kind in self.starts


_KINDS: Final = {
    "T": PersonKind.TALENT,
    "M": PersonKind.MENTOR,
    "E": PersonKind.EMPLOYER,
    "O": PersonKind.ORGANISATION,
}
_AUDIENCES: Final = {
    "pr": Audience.PRIVATE,
    "ma": Audience.MATCHED,
    "me": Audience.MEMBERS,
    "pa": Audience.PARTNERS,
    "pu": Audience.PUBLIC,
}
_NO_HELP: Final = Message("")


def _field(  # noqa: PLR0913 - one line of a table, read from left to right
    name: str,
    section: str,
    sign: str,
    who: str,
    shape: Shape,
    label: Message,
    help: Message = _NO_HELP,  # noqa: A002 - the word of forms everywhere else
    *,
    title: Message | None = None,
    on_card: bool = False,
) -> Field:
    starts, widest = {}, {}
    for one in who.split(", "):
        kind, _, told = one.partition(" ")
        first, _, most = told.partition(">")
        starts[_KINDS[kind]] = _AUDIENCES[first]
        widest[_KINDS[kind]] = _AUDIENCES[most or first]
    return Field(
        name, section, sign, label, title or label, help, shape,
        MappingProxyType(starts), MappingProxyType(widest), on_card,
    )  # fmt: skip


FIELDS: Final[Sequence[Field]] = (
    # Your organisation
    _field("legal_name", "organisation", "home", "E pu>pu, O pu>pu", Line(150),
           say("Official name"), say("As it stands in the register.")),
    _field("number", "organisation", "tool", "E pu>pu, O pu>pu", Line(40, check=register_number),
           say("Number in the register"),
           say("For example 0123.456.749 in Belgium or 1234567-1 in Finland.")),
    _field("helix", "organisation", "project", "E pu>pu, O pu>pu", Terms("helix", 1, listed=True),
           say("Kind of organisation")),
    _field("sectors", "organisation", "vacancy", "E pu>pu, O pu>pu", Terms("nace", 5),
           say("What you work in"), say("Search for a branch, such as care or building."),
           title=say("Sectors")),
    _field("website", "organisation", "search", "E pu>pu, O pu>pu, M ma>pu",
           Line(300, "text", web_address), say("Website")),
    _field("size", "organisation", "person", "E pr>pr", One(options.SIZES),
           say("How many people work there?"), say("Only our staff sees this."),
           title=say("Number of people")),
    _field("services", "organisation", "star", "O pu>pu", Text(1_500),
           say("What you do for people"), say("Short sentences. What can somebody come for?"),
           title=say("Services")),
    _field("programmes", "organisation", "project", "O pu>pu", Words(12, 120),
           say("Programmes and projects"), say("One on each line.")),
    # About you
    _field("name", "about", "person", "T ma>me, M ma>pu", Line(100),
           say("Your name"), say("What people you meet may call you."),
           title=say("Name")),
    _field("workplace", "about", "home", "M ma>pu", Line(120), say("Where you work"),
           title=say("Workplace")),
    _field("job_title", "about", "vacancy", "M ma>pu", Line(120), say("Your job"),
           title=say("Job")),
    _field("interests", "about", "star", "T ma>pa, M ma>pu", Words(12, 60),
           say("What you like to do"), say("One on each line: football, cooking, music …"),
           title=say("Interests")),
    _field("working_style", "about", "person", "T pr>ma, M pr>ma", Many(options.WORKING_STYLE),
           say("How you like to work"),
           title=say("Working style")),
    # How to reach you
    _field("mailbox", "contact", "post", "E pu>pu, O pu>pu", Line(254, "email", mail),
           say("Mailbox for everybody"), say("Of the organisation, not of one person."),
           title=say("E-mail")),
    _field("contact_mail", "contact", "post", "T pr>ma, M pr>ma", Line(254, "email", mail),
           say("E-mail")),
    _field("phone", "contact", "bell", "T pr>ma, M pr>ma, E pr>pu, O pr>pu", Line(40, "tel", phone),
           say("Telephone")),
    _field("channel", "contact", "reply", "T pr>ma, M pr>ma, E pr>me", One(options.CHANNELS),
           say("How do you like to be reached?"),
           title=say("Best way to reach")),
    # Where you are
    _field("region", "place", "place", "T ma>pa, M ma>pu, E pu>pu, O pu>pu", Terms("nuts", 3),
           say("Region"), say("Search for a town area or a province."), on_card=True),
    _field("travel", "place", "next", "T ma>me, M ma>me", One(options.DISTANCES),
           say("How far can you travel?"), on_card=True,
           title=say("Can travel")),
    # Languages
    _field("languages", "languages", "reply", "T ma>pa, M ma>pu", Tongues(8),
           say("Languages you speak"), say("Choose the level as well as you can; no test needed."),
           on_card=True,
           title=say("Languages")),
    _field("learning_aim", "languages", "study", "T ma>me", Text(300),
           say("Which language do you want to learn better, and what for?"), on_card=True,
           title=say("Wants to learn")),
    _field("spoken", "languages", "reply", "E pu>pu, O pu>pu", Terms("language", 12),
           say("Languages at your place"), say("In which languages can people talk to you?"),
           title=say("Languages")),
    # Work and skills
    _field("occupations", "work", "vacancy", "T ma>pa, M ma>pu", Terms("isco", 5),
           say("Occupations"), say("Search in your own language, such as nurse or carpenter."),
           on_card=True),
    _field("years", "work", "clock", "T ma>pa, M ma>pu", One(options.YEARS),
           say("How long have you worked?"), on_card=True,
           title=say("Experience")),
    _field("skills", "work", "tool", "T ma>pa, M ma>pu", Words(15, 80),
           say("What you can do well"), say("One on each line: driving a truck, cutting hair …"),
           title=say("Skills")),
    _field("learned", "work", "study", "T ma>me", Many(options.LEARNED),
           say("Where did you learn it?"),
           title=say("Where it was learned")),
    _field("evidence", "work", "pen", "T ma>me", Text(500),
           say("Can you show it?"), say("A certificate, photos of your work, somebody who knows."),
           title=say("Evidence")),
    _field("wanted_skills", "offers", "tool", "E pu>pu", Words(15, 80),
           say("Skills you look for"), say("One on each line."),
           title=say("Wanted skills")),
    # Education
    _field("education", "learning", "study", "T pr>me, M ma>pu",
           Terms("isced_level", 1, listed=True),
           say("Highest school you finished"),
           title=say("Education")),
    _field("education_field", "learning", "study", "T pr>me, M ma>pu", Terms("isced_field", 3),
           say("What did you study?"),
           title=say("Field of education")),
    _field("recognition", "learning", "bookmark", "T pr>ma", One(options.RECOGNITION),
           say("Is your diploma recognised here?"),
           title=say("Recognition of the diploma")),
    # What you want, what you offer
    _field("goals", "goals", "star", "T ma>pa", Terms("goal", 12, listed=True),
           say("What do you want to reach?"), on_card=True,
           title=say("Goals")),
    _field("goal_text", "goals", "pen", "T ma>me", Text(1_000), say("In your own words"),
           say("What would help you most?"),
           title=say("In own words")),
    _field("help_offered", "offers", "star", "M ma>pu", Terms("goal", 12, listed=True),
           say("What can you help with?"), on_card=True,
           title=say("Can help with")),
    _field("offers", "offers", "star", "E pu>pu", Many(options.OFFERS),
           say("What can people try at your place?"),
           title=say("Offers")),
    # When and how
    _field("availability", "time", "event", "T ma>me, M ma>me", Grid(),
           say("When do you have time?"), on_card=True,
           title=say("Has time")),
    _field("meeting", "time", "person", "T ma>me, M ma>me", Many(options.MEETING),
           say("How do you like to meet?"), on_card=True,
           title=say("Ways to meet")),
    _field("capacity", "time", "person", "M pr>pr", One(options.CAPACITY),
           say("How many people can you help at a time?"), say("Only our staff sees this."),
           title=say("Has room for")),
    # Opening hours
    _field("opening_hours", "opening", "clock", "E pu>pu, O pu>pu", Hours(),
           say("Opening hours"), say("When can people call or make an appointment?")),
    _field("walk_in_hours", "opening", "clock", "E pu>pu, O pu>pu", Hours(),
           say("Open without an appointment"), say("When can people just walk in?")),
    # Private questions
    _field("work_permission", "private", "vacancy", "T pr>pr", One(options.PERMISSION),
           say("May you work in this country?"),
           title=say("Work permission")),
    _field("mentor_gender", "private", "person", "T pr>pr", One(options.GENDER_WISH),
           say("Who would you like as a mentor?"),
           title=say("Wish for a mentor")),
    _field("own_gender", "private", "person", "M pr>pr", One(options.GENDER), say("You are"),
           say("Some people ask for a woman or a man as a mentor."),
           title=say("Gender")),
    _field("referral", "private", "next", "T pr>pr, M pr>pr", One(options.YES_NO),
           say("May staff ask partner organisations about a match for you?"),
           say("They ask you again before they pass on anything."),
           title=say("Contact with partners about a match")),
    _field("research", "private", "search", "T pr>pr, M pr>pr", One(options.YES_NO),
           say("May researchers ask you to take part in a study?"),
           title=say("Taking part in research")),
)  # fmt: skip
"""Every field, in the order of the form and of the page."""

BY_NAME: Final[Mapping[str, Field]] = MappingProxyType({one.name: one for one in FIELDS})

USEFUL_FIRST: Final = (
    "website", "mailbox", "region", "opening_hours", "walk_in_hours", "sectors", "spoken", "offers",
    "services", "phone", "job_title", "workplace", "help_offered", "occupations", "languages",
    "wanted_skills", "programmes", "legal_name", "number", "helix", "years", "skills", "interests",
    "name", "education", "education_field",
)  # fmt: skip
"""The fields that may be public, in the order in which other servers are told of them."""

ON_LISTS: Final = (
    "region", "occupations", "sectors", "help_offered", "goals", "languages", "spoken",
)  # fmt: skip
"""The fields that a list of people shows, as far as the reader may see them."""

CHECKED: Final = frozenset({"legal_name", "number"})
"""What staff compare with the register; when one changes, their word no longer holds."""


def fields_of(kind: PersonKind | None) -> list[Field]:
    """Return the fields that people of a kind have, in order."""
    return [one for one in FIELDS if one.is_for(kind)]


def sections_of(kind: PersonKind | None) -> list[tuple[Section, list[Field]]]:
    """Return the pages of the form for a kind, each with its fields."""
    mine = fields_of(kind)
    pages = [(one, [field for field in mine if field.section == one.name]) for one in SECTIONS]
    return [(section, found) for section, found in pages if found]
