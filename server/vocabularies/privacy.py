"""What vocabularies hold about somebody: nothing. What a person chose lies with that person."""

from collections.abc import Mapping
from typing import Any, Final

from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def _export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return no section: the tables hold public reference data only."""
    del r, person_id
    return {}


def _erase(w: Work, person_id: int) -> None:
    """Leave everything: no row is about a person."""
    del w, person_id


PERSONAL_DATA: Final = PersonalData(export=_export, erase=_erase)
