"""The addresses of the desk, all under /staff/matching."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from server.matching.desk import lists, pages, steps

_DESK: Final = "/staff/matching/{programme:[0-9]+}"
_PAIR: Final = _DESK + "/pair/{talent:[0-9]+}/{other:[0-9]+}"

ROUTES: Final[Sequence[web.RouteDef]] = (
    web.get("/staff/matching", pages.chooser, name="matching.desk"),
    web.get(_DESK, pages.desk, name="matching.board"),
    web.get(_DESK + "/compare", pages.compare, name="matching.compare"),
    web.get(_DESK + "/print", pages.print_board, name="matching.print"),
    web.get(_PAIR, steps.pair, name="matching.pair"),
    web.post(_PAIR + "/propose", steps.propose_one, name="matching.propose_one"),
    web.post(_PAIR + "/place", steps.place, name="matching.place"),
    web.post(_PAIR + "/ban", steps.ban, name="matching.ban"),
    web.post(_DESK + "/run", steps.run, name="matching.run"),
    web.post(_DESK + "/lock", steps.lock, name="matching.lock"),
    web.post(_DESK + "/unlock", steps.unlock, name="matching.unlock"),
    web.post(_DESK + "/drop", steps.drop, name="matching.drop"),
    web.get(_DESK + "/swap", lists.swap_page, name="matching.swap"),
    web.post(_DESK + "/swap", steps.swap, name="matching.send_swap"),
    web.post(_DESK + "/clear", steps.clear, name="matching.clear"),
    web.post(_DESK + "/undo", steps.undo_step, name="matching.undo"),
    web.post(_DESK + "/propose", steps.propose, name="matching.propose"),
    web.post(_DESK + "/relax", steps.relax, name="matching.relax"),
    web.post(_DESK + "/notes", steps.note, name="matching.note"),
    web.post(_DESK + "/notes/{note:[0-9]+}/delete", steps.unnote, name="matching.delete_note"),
    web.get(_DESK + "/matches", lists.matches, name="matching.desk_matches"),
    web.post(_DESK + "/matches/{match:[0-9]+}/withdraw", lists.withdraw, name="matching.take_back"),
    web.post(_DESK + "/matches/{match:[0-9]+}/close", lists.close, name="matching.close"),
    web.post(_DESK + "/matches/{match:[0-9]+}/pause", lists.pause, name="matching.desk_pause"),
    web.post(_DESK + "/matches/{match:[0-9]+}/resume", lists.resume, name="matching.desk_resume"),
    web.post(_DESK + "/matches/{match:[0-9]+}/rematch", lists.rematch, name="matching.rematch"),
    web.get(_DESK + "/bans", lists.bans, name="matching.bans"),
    web.post(_DESK + "/bans/lift", steps.unban, name="matching.lift_ban"),
    web.get(_DESK + "/numbers", lists.numbers, name="matching.numbers"),
)
