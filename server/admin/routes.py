"""The routes of the staff pages that belong to no room of their own."""

from typing import Final

from aiohttp import web

from server.admin import (
    choices_pages,
    dashboard,
    language_pages,
    log_pages,
    people_pages,
    report_pages,
)

_ONE: Final = "/staff/people/{id:[0-9]+}"

ROUTES: Final = (
    web.get("/staff", dashboard.dashboard, name="admin.dashboard"),
    web.get("/staff/settings", choices_pages.choices, name="admin.choices"),
    web.post("/staff/settings", choices_pages.send_choices, name="admin.send_choices"),
    web.get("/staff/people", people_pages.people, name="admin.people"),
    web.get(_ONE, people_pages.person, name="admin.person"),
    web.post(_ONE + "/suspend", people_pages.suspend_person, name="admin.suspend"),
    web.post(_ONE + "/roles", people_pages.change_roles, name="admin.roles"),
    web.post(_ONE + "/login", people_pages.switch_login, name="admin.login"),
    web.post(_ONE + "/code", people_pages.make_code, name="admin.code"),
    web.get("/staff/reports", report_pages.reports, name="admin.reports"),
    web.post("/staff/reports/{id:[0-9]+}/close", report_pages.close, name="admin.close_report"),
    web.get("/staff/languages", language_pages.languages, name="admin.languages"),
    web.get("/staff/log", log_pages.log, name="admin.log"),
)
