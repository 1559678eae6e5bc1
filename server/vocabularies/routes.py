"""The one route of vocabularies: what fits a typed word, as JSON, for pickers with scripts."""

from typing import Final

import orjson
from aiohttp import web

from server.platform.http.decorators import plain
from server.platform.http.parameters import read_parameters
from server.platform.instance import instance_of
from server.vocabularies.queries import MOST, Term, search
from server.vocabularies.schemes import IMPORTED, Scheme, scheme_of

_MOST_LETTERS: Final = 100
_MOST_LANGUAGES: Final = 10
_USUAL: Final = 12
_DAY: Final = "public, max-age=86400"
_MINUTES: Final = "public, max-age=300"
_IMPORTS: Final = (*IMPORTED, Scheme.OCCUPATION, Scheme.ISCO)


@plain(limit="vocabulary")
async def suggest(request: web.Request) -> web.StreamResponse:
    """Answer with what fits `text` in the languages of `lang` (the reader's first, by commas).

    The address says everything the answer depends on, so anybody may keep it. 404 for a scheme
    that is none, 422 for text over 100 letters.
    """
    scheme = scheme_of(request.match_info["scheme"])
    parameters = await read_parameters(request)
    text = parameters.text("text", max_length=_MOST_LETTERS) or ""
    asked = parameters.text("lang", max_length=_MOST_LETTERS) or "en"
    languages = [one for one in asked.split(",") if one.strip()][:_MOST_LANGUAGES] or ["en"]
    limit = parameters.integer("limit", least=1, most=MOST) or _USUAL
    found = await instance_of(request).read(search, scheme, text, languages, limit)
    body = {"scheme": scheme, "language": languages[0], "terms": [_entity(one) for one in found]}
    kept = _MINUTES if scheme in _IMPORTS else _DAY
    return web.Response(
        body=orjson.dumps(body),
        content_type="application/json",
        headers={"Cache-Control": kept, "X-Robots-Tag": "noindex"},
    )


def _entity(term: Term) -> dict[str, str]:
    return {"code": term.code, "label": term.label, "above": term.above, "path": term.path}


ROUTES: Final[tuple[web.RouteDef, ...]] = (
    web.get("/vocabularies/{scheme}", suggest, name="vocabularies.suggest"),
)
