"""The addresses of reports."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from server.reports import answer_pages, funder_pages, report_pages

_ANSWERS = "/staff/numbers/{programme}/answers/{participation}"

ROUTES: Final[Sequence[web.RouteDef]] = (
    web.get("/staff/numbers", report_pages.home, name="reports.home"),
    web.get("/staff/numbers/print", report_pages.printed, name="reports.print"),
    web.post("/staff/numbers/export", report_pages.export, name="reports.export"),
    web.get("/staff/numbers/{programme}/funder", funder_pages.funder, name="reports.funder"),
    web.post(
        "/staff/numbers/{programme}/funder", funder_pages.send_funder, name="reports.send_funder"
    ),
    web.post(
        "/staff/numbers/{programme}/participants",
        funder_pages.participants,
        name="reports.participants",
    ),
    web.get(_ANSWERS, answer_pages.beside, name="reports.beside"),
    web.post(_ANSWERS, answer_pages.send_beside, name="reports.send_beside"),
    web.get("/settings/funder-questions", answer_pages.own, name="reports.own"),
    web.post("/settings/funder-questions", answer_pages.send_own, name="reports.send_own"),
)
