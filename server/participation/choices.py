"""What staff may choose about taking part."""

from typing import Final

from server.platform.choices import Choice
from server.platform.i18n import say

ANSWER_DAYS: Final = Choice(
    name="participation.answer_days",
    label=say("Within how many days do employers answer?"),
    help=say("Shown to people before they show interest in a vacancy. Agree it with employers."),
    default=7,
    least=1,
    most=60,
)
"""The promise that people read before they raise a hand."""
