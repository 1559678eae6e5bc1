"""What every feature keeps about people, in plain words: the second layer of the privacy notice.

One entry for each feature that declares personal data; a test compares this list with the features
themselves, so that the notice cannot fall behind. Lengths come from the code that deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from server.activity_log.service import KEPT as LOG_KEPT
from server.platform.i18n import Message, say
from server.privacy.archives import KEPT as ARCHIVE_KEPT

_ACCOUNT_LASTS: Final = say("As long as you have your account.")
_YOU: Final = say("Only you.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One class of data: what it is, why it is kept, who sees it, for how long."""

    what: Message
    why: Message
    seen_by: Message
    kept: Message


HOLDINGS: Final[Mapping[str, Holding]] = MappingProxyType(
    {
        "people": Holding(
            what=say("Your name or nickname, picture, profile, and whom you follow or block"),
            why=say("So that others know who you are, as far as you want."),
            seen_by=say("The people you choose. Your profile shows who sees each line."),
            kept=_ACCOUNT_LASTS,
        ),
        "profiles": Holding(
            what=say("Your languages, work, skills, goals and other answers in your profile"),
            why=say("So that we can find work, courses and people that fit you."),
            seen_by=say("You choose it for every line. Private lines are locked with a key."),
            kept=_ACCOUNT_LASTS,
        ),
        "access": Holding(
            what=say("Your e-mail address or sign-in name, your sign-ins and connected apps"),
            why=say("So that only you can use your account."),
            seen_by=_YOU,
            kept=say("As long as you have your account. Sign-ins: 30 days."),
        ),
        "media": Holding(
            what=say("Pictures that you upload, and your descriptions of them"),
            why=say("So that they can be shown with your posts and profile."),
            seen_by=say("Whoever may see the post or profile."),
            kept=say("Until you delete the post, the picture or your account."),
        ),
        "posts": Holding(
            what=say("What you write, like, share, save and vote for"),
            why=say("So that others can read it and you can find it again."),
            seen_by=say("The people you choose for each post. Saved posts: only you."),
            kept=say("Until you delete it. Offers go some time after their last day."),
        ),
        "drafts": Holding(
            what=say("Posts that you have not published yet"),
            why=say("So that you can finish them later."),
            seen_by=_YOU,
            kept=say("Until you publish or delete them."),
        ),
        "timelines": Holding(
            what=say("Which posts are in your home timeline and how far you have read"),
            why=say("So that you find what is new."),
            seen_by=_YOU,
            kept=_ACCOUNT_LASTS,
        ),
        "boards": Holding(
            what=say("The searches that you save"),
            why=say("So that we can tell you about new offers."),
            seen_by=_YOU,
            kept=say("Until you delete the search."),
        ),
        "participation": Holding(
            what=say("The events you take part in and the vacancies you are interested in"),
            why=say("So that the organiser or employer can answer you."),
            seen_by=say("You and the organiser or employer."),
            kept=say("Some time after the event or the vacancy is over."),
        ),
        "importing": Holding(
            what=say("Where you bring offers from, such as the address of your calendar"),
            why=say("So that offers stay up to date by themselves."),
            seen_by=say("You and the staff."),
            kept=say("Until you delete the source."),
        ),
        "notifications": Holding(
            what=say("Notices about what others do with your posts and profile"),
            why=say("So that you know what happened."),
            seen_by=_YOU,
            kept=say("Until you delete them, or your account."),
        ),
        "federation": Holding(
            what=say("A list of the servers that received something from you"),
            why=say("So that you can see who has it, and we can ask them to delete it."),
            seen_by=say("You and the people who run this server."),
            kept=say("One year after it was deleted."),
        ),
        "moderation": Holding(
            what=say("Reports that you make or that are about you, and what was decided"),
            why=say("So that this stays a safe place."),
            seen_by=say("The moderators. Nobody tells others who reported."),
            kept=say("Until the report is closed and some time after."),
        ),
        "activity_log": Holding(
            what=say("What the staff did with your account"),
            why=say("So that you can check it."),
            seen_by=say("You and the people who run this server."),
            kept=say("%(days)s days.", days=LOG_KEPT.days),
        ),
        "privacy": Holding(
            what=say("What you agreed to, and the copies of your data that you ask for"),
            why=say("Because the law wants a proof, and gives you a right to a copy."),
            seen_by=say("You, and staff who answer for data protection."),
            kept=say(
                "As long as you have your account. Copies: %(days)s days.", days=ARCHIVE_KEPT.days
            ),
        ),
        "joining": Holding(
            what=say("Your answers while you join, your application, and who invited you"),
            why=say("So that you can stop and go on later, and the staff can decide."),
            seen_by=say("You. An application: the staff who decide."),
            kept=say("Answers: 14 days. A refused application: 30 days."),
        ),
        "programmes": Holding(
            what=say("The programmes you take part in, and your wishes"),
            why=say("So that the staff can find somebody who fits you."),
            seen_by=say("You and the staff of the programme."),
            kept=say("As long as you have your account. Refused applications: 90 days."),
        ),
        "matching": Holding(
            what=say("Your matches, why you were matched, and what became of it"),
            why=say("So that you two can meet, and the staff can help."),
            seen_by=say("You two and the coordinators. Nothing leaves this place."),
            kept=say("Declined ones: 90 days. Closed ones: 12 months, then only as a number."),
        ),
        "messages": Holding(
            what=say("Your conversations, sealed, and your quiet hours"),
            why=say("So that you can write to each other."),
            seen_by=say("You and whom you write to."),
            kept=say("Until 90 days after the match has ended, or until you delete them."),
        ),
        "meetings": Holding(
            what=say("Your meetings, with place and notes, and your to-dos and goals"),
            why=say("So that you can meet and remember."),
            seen_by=say("You and whom you meet. The staff only count meetings."),
            kept=say("Dates: 24 months. The words: 90 days after the match has ended."),
        ),
        "coaching": Holding(
            what=say("Your check-ins and surveys, and the notes of your coach"),
            why=say("So that we can help you, and see what helps."),
            seen_by=say("You, your coach and the coordinators. Surveys: only you."),
            kept=say("Notes: 12 months after the end. Check-ins and surveys: 24 months."),
        ),
        "reports": Holding(
            what=say("Your answers to the questions of the funder"),
            why=say(
                "Whoever pays for a programme asks who takes part. You may refuse any question."
            ),
            seen_by=say("Only you. They are counted, and a file for the funder names nobody."),
            kept=say("Until the day the funder names, or you take your consent back."),
        ),
    }
)
"""By the name of the feature."""
