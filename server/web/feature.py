"""The pages of this instance as a feature: routes, templates, styles and texts.

It holds no data of its own and takes no part on the wire: pages read and change through the rooms
below, and servers that ask here for ActivityPub are led to the documents.
"""

from pathlib import Path
from typing import Final

from server.platform.feature import NOTHING, Feature
from server.web.routes import ROUTES
from server.web.statements import CHOICES
from server.web.words import install

_HERE: Final = Path(__file__).parent

FEATURE: Final = Feature(
    name="web",
    personal_data=NOTHING,
    activities=NOTHING,
    routes=ROUTES,
    templates=_HERE / "templates",
    static=_HERE / "static",
    locale=_HERE / "locale",
    install=install,
    choices=CHOICES,
)
"""The pages that people use."""
