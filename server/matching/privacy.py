"""What matching holds about a person, given out and erased on request (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from server.matching.desk import keeping as desk
from server.matching.forgetting import forget_person
from server.matching.model import Side
from server.matching.queries import MatchRow, matches_of
from server.matching.views import OTHER_WORDS, explained_for, own_steps, shown_state
from server.platform.feature import PersonalData
from server.platform.work import Reading
from server.profiles.queries import card_answers
from server.programmes.queries import programme

_LANGUAGE: Final = "en"


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return somebody's matches as they know them, and the card that others were shown."""
    card = card_answers(r, person_id, _LANGUAGE)
    return {
        "matches": [_match(r, row, person_id) for row in matches_of(r, person_id)],
        "card_before_consent": {one.field: [str(text) for text in one.texts] for one in card},
        **desk.export(r, person_id),
    }


def _match(r: Reading, row: MatchRow, person_id: int) -> Mapping[str, Any]:
    """One match; nothing of the other side but what they are, which is theirs to export."""
    side = row.side_of(person_id) or Side.OTHER
    why = explained_for(r, row.explanation, _LANGUAGE)
    agreed_at = row.agreed_at(side)
    return {
        "programme": programme(r, row.programme_id).name_in(_LANGUAGE),
        "with": str(OTHER_WORDS[row.other_kind if side is Side.TALENT else "talent"]),
        "stands": shown_state(row, side),
        "explanation": {
            "reasons": [str(one) for one in why.reasons],
            "to_know": str(why.to_know) if why.to_know else None,
            "not_known": [str(one) for one in why.not_known],
            "score": row.score,
            "weights_version": row.weights_version,
        },
        "steps": [
            {"at": one.at.isoformat(), "what": str(one.words)} for one in own_steps(r, row, side)
        ],
        "agreement": {
            "version": row.agreement_version,
            "accepted_at": agreed_at.isoformat() if agreed_at else None,
        },
        "outcome": row.outcome if side is Side.TALENT else None,
        "outcome_details": row.outcome_more if side is Side.TALENT else {},
    }


PERSONAL_DATA: Final = PersonalData(export=export, erase=forget_person)
