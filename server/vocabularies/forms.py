"""What somebody picked in a form: codes, and words typed where no script turned them into codes.

The macro `vocabularies/picker.html` draws what `shown` (a form that is opened) and `picked` (a form
that was sent) return. Without JavaScript a typed word becomes a code when it is unambiguous, else
the form comes back with everything that fits, to be chosen from.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.vocabularies.folding import folded
from server.vocabularies.queries import is_known, search, terms
from server.vocabularies.terms import Term

MOST_LETTERS: Final = 100
_MOST_SUGGESTIONS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The state of one picker.

    `codes` are what was chosen, each known or kept from before; `chosen` the same with labels.
    `suggestions` are offered beside them, `asked` tells that the search button was pressed, so that
    the form is to be shown again rather than done.
    """

    codes: tuple[str, ...] = ()
    chosen: tuple[Term, ...] = ()
    suggestions: tuple[Term, ...] = ()
    faults: tuple[Message, ...] = ()
    asked: bool = False

    @property
    def code(self) -> str | None:
        """The one that was chosen, for pickers of one."""
        return self.codes[0] if self.codes else None

    @property
    def is_settled(self) -> bool:
        """Tell whether the form can be done: nothing is asked, nothing wrong."""
        return not self.asked and not self.faults


def shown(r: Reading, scheme: str, codes: Iterable[str], language: str) -> Picked:
    """Return a picker that holds these codes, for a form that is opened."""
    held = tuple(dict.fromkeys(codes))
    return Picked(codes=held, chosen=_labelled(r, scheme, held, language))


def picked(  # noqa: PLR0913 - what a field is asked with, by name
    r: Reading,
    parameters: Parameters,
    name: str,
    scheme: str,
    languages: Sequence[str],
    *,
    many: bool = False,
    required: bool = False,
    most: int = 20,
    kept: Collection[str] = (),
) -> Picked:
    """Return what was picked in the field `name` of a form that was sent.

    `languages` begin with the reader's; words in all of them and in English are understood. `kept`
    are codes that stood there before and stay allowed although no vocabulary has them here.
    """
    sent = list(dict.fromkeys(parameters.texts(name, max_length=300)))
    codes = [one for one in sent if one in kept or is_known(r, scheme, one)]
    faults = [] if len(codes) == len(sent) else [say("Choose from the list.")]
    typed = _typed(parameters, f"{name}_text")
    asked = parameters.given(f"{name}_search")
    fitting, certain = _meant(r, scheme, typed, languages, asked=asked)
    if certain is not None:
        codes = [*codes, certain] if many else [certain]
    elif typed and not asked:
        faults.append(_unclear(typed, fitting))
    elif typed and not fitting:
        faults.append(_nothing(typed))
    codes = list(dict.fromkeys(codes))[: None if many else 1]
    if len(codes) > most:
        faults.append(say("Choose at most %(most)s.", most=most))
    if required and not codes and not asked and not faults:
        faults.append(say("Choose at least one.") if many else say("Choose one."))
    return Picked(
        codes=tuple(codes),
        chosen=_labelled(r, scheme, codes, languages[0]),
        suggestions=tuple(one for one in fitting if one.code not in codes),
        faults=tuple(faults),
        asked=asked,
    )


def _typed(parameters: Parameters, name: str) -> str:
    sent = parameters.raw(name)
    return " ".join(sent.split())[:MOST_LETTERS] if isinstance(sent, str) else ""


def _meant(
    r: Reading, scheme: str, typed: str, languages: Sequence[str], *, asked: bool
) -> tuple[list[Term], str | None]:
    """Return what fits the typed words, and the one that must be meant, if there is one."""
    if not typed:
        top = search(r, scheme, "", languages, _MOST_SUGGESTIONS) if asked else []
        return top, None
    fitting = search(r, scheme, typed, languages, _MOST_SUGGESTIONS)
    same = [one for one in fitting if typed == one.code or folded(typed) == folded(one.label)]
    certain = fitting if len(fitting) == 1 else same
    return ([], certain[0].code) if len(certain) == 1 else (fitting, None)


def _unclear(typed: str, fitting: Sequence[Term]) -> Message:
    if not fitting:
        return _nothing(typed)
    return say("Several things fit “%(text)s”. Choose what you mean.", text=typed)


def _nothing(typed: str) -> Message:
    return say("Nothing fits “%(text)s”. Try another word or a shorter one.", text=typed)


def _labelled(r: Reading, scheme: str, codes: Sequence[str], language: str) -> tuple[Term, ...]:
    """Return the codes with labels; one that nobody knows here is shown as it is."""
    known = {one.code: one for one in terms(r, scheme, codes, language)}
    return tuple(known.get(code) or Term(scheme, code, code, code) for code in codes)
