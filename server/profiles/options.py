"""The words that answers of profiles are chosen from, where no standard has them."""

from typing import Final

from server.platform.i18n import Message, say

Options = tuple[tuple[str, Message], ...]

CHANNELS: Final[Options] = (
    ("call", say("A phone call")),
    ("text", say("A text message")),
    ("mail", say("An e-mail")),
    ("here", say("A message on this site")),
)
DISTANCES: Final[Options] = (
    ("5", say("Up to 5 km")),
    ("10", say("Up to 10 km")),
    ("25", say("Up to 25 km")),
    ("50", say("Up to 50 km")),
    ("any", say("Distance does not matter")),
)
YEARS: Final[Options] = (
    ("0-1", say("Less than 2 years")),
    ("2-5", say("2 to 5 years")),
    ("6-10", say("6 to 10 years")),
    ("10+", say("More than 10 years")),
)
LEARNED: Final[Options] = (
    ("school", say("At school or in a course")),
    ("work", say("At work")),
    ("volunteering", say("As a volunteer")),
    ("home", say("At home or by myself")),
)
RECOGNITION: Final[Options] = (
    ("none", say("Not recognised here, or not asked for yet")),
    ("asked", say("I have asked for it and wait")),
    ("partial", say("Recognised in part")),
    ("full", say("Fully recognised")),
)
MEETING: Final[Options] = (
    ("in_person", say("Face to face")),
    ("video", say("By video")),
    ("phone", say("By phone")),
)
CAPACITY: Final[Options] = (
    ("0", say("Nobody at the moment")),
    ("1", say("One person")),
    ("2", say("Two people")),
    ("3", say("Three people")),
    ("4", say("Four or more")),
)
WORKING_STYLE: Final[Options] = (
    ("team", say("I like to work in a team")),
    ("alone", say("I like to work on my own")),
    ("plan", say("I like a clear plan")),
    ("change", say("I like it when every day is different")),
    ("hands", say("I like to work with my hands")),
    ("people", say("I like to work with people")),
    ("numbers", say("I like to work with numbers and computers")),
)
GENDER: Final[Options] = (
    ("woman", say("A woman")),
    ("man", say("A man")),
    ("other", say("Neither of the two")),
)
GENDER_WISH: Final[Options] = (
    ("any", say("It does not matter")),
    ("woman", say("A woman")),
    ("man", say("A man")),
)
PERMISSION: Final[Options] = (
    ("yes", say("Yes, I may work")),
    ("permit", say("Yes, with a work permit")),
    ("not_yet", say("Not yet")),
    ("ask", say("Please ask me")),
)
YES_NO: Final[Options] = (("yes", say("Yes")), ("no", say("No")))
OFFERS: Final[Options] = (
    ("visit", say("A visit to our workplace")),
    ("shadowing", say("A day beside a colleague")),
    ("trial", say("A trial day")),
    ("talk", say("A talk about the job")),
    ("internship", say("A work placement")),
    ("language", say("Learning the language at work")),
    ("no_cv", say("Getting to know you without a CV")),
)
SIZES: Final[Options] = (
    ("1-9", say("1 to 9 people")),
    ("10-49", say("10 to 49 people")),
    ("50-249", say("50 to 249 people")),
    ("250+", say("250 people or more")),
)
