"""The wiring of privacy: the consent ledger, and asking the others for export and erasure."""

from server.platform.feature import NOTHING, Feature, PersonalData
from server.privacy.privacy import erase, export
from server.privacy.reactions import REACTIONS
from server.privacy.routes import ROUTES

FEATURE = Feature(
    name="privacy",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    reactions=REACTIONS,
)
