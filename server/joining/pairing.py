"""Texts in one language, or in two side by side: the person's, and the coach's who sits beside."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from server.platform.i18n import Message, Translator


class Said(dict[str, list[Message | str]]):
    """What is wrong, by field, for templates; nothing for a field that is right."""

    def __missing__(self, field: str) -> list[Message | str]:
        """Return no fault."""
        return []


@dataclass(frozen=True, slots=True)
class Pairing:
    """Says a message for whoever reads: called in templates as `both(say("…"))`."""

    first: Translator
    second: Translator | None = None

    def __call__(self, message: Message | str) -> Markup:
        """Return the text; with a second language both, each marked with language and direction."""
        said = escape(self.first.say(message))
        if self.second is None or isinstance(message, str):
            return said
        return Markup('<span class="pair">{}{}</span>').format(
            _marked(self.first, said), _marked(self.second, escape(self.second.say(message)))
        )


def _marked(translator: Translator, said: Markup) -> Markup:
    direction = "rtl" if translator.is_rtl else "ltr"
    return Markup('<span lang="{}" dir="{}">{}</span>').format(translator.tag, direction, said)
