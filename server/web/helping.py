"""What stands under the label of a field to help people fill it in, in plain words.

The descriptions in the schemas speak to developers; these speak to whoever writes an offer. A test
asks for one wherever a schema has something to explain.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from server.platform.i18n import Message, say

HELP: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "summary": say("What it is, and for whom, in two or three short sentences."),
        "description": say("An empty line starts a new paragraph."),
        "easyText": say("Short sentences and easy words, for people who still learn the language."),
        "expiresAt": say("Twelve months from now at most."),
        "targetGroups": say("Tick nothing when it is for everybody."),
        "documents": say("For example a PDF with more information."),
        "applyUrl": say("A web address, or mailto: and an e-mail address."),
        "id": say("Its address on the web as other systems know it. You may leave this empty."),
        "subsidy": say("For example training cheques."),
        "leadType": say("A chance that is not yet a vacancy is welcome too."),
        "goodToKnow": say("What would somebody like to know who comes for the first time?"),
        "inLanguage": say("The language that you write in."),
        "helix": say("Which kind of organisation offers this?"),
        "regions": say("The town, province or region where it is, or online."),
        "occupation": say("Type a job, such as cook or nurse."),
        "addressCountry": say("Two capitals, such as BE."),
        "currency": say("Three capitals, such as EUR."),
        "payTold": say("Only when you cannot say the pay yet."),
        "translations": say("Give the language and what you have: a title alone helps already."),
        "lang": say("Type the name of a language."),
    }
)
"""Help by the name of the field."""
