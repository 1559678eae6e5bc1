"""The routes of importing: one's own sources and tables, and the staff's list of all sources."""

from typing import Final

from aiohttp import web

from server.importing import admin, paste_pages, source_pages, table_pages

ROUTES: Final = (
    web.get("/import", paste_pages.paste, name="importing.paste"),
    web.post("/import", paste_pages.send_page, name="importing.send_page"),
    web.get("/settings/sources", source_pages.sources, name="importing.sources"),
    web.post("/settings/sources", source_pages.add, name="importing.add"),
    web.post("/settings/sources/look", source_pages.look, name="importing.look"),
    web.get("/settings/sources/{id:[0-9]+}", source_pages.source, name="importing.source"),
    web.post("/settings/sources/{id:[0-9]+}/read", source_pages.read_again, name="importing.read"),
    web.post("/settings/sources/{id:[0-9]+}/stop", source_pages.stop, name="importing.stop"),
    web.post("/settings/sources/{id:[0-9]+}/remove", source_pages.remove, name="importing.remove"),
    web.get("/settings/tables", table_pages.choose_file, name="importing.table"),
    web.post("/settings/tables", table_pages.send_file, name="importing.send_table"),
    web.get("/settings/tables/{id:[0-9]+}", table_pages.columns, name="importing.columns"),
    web.post("/settings/tables/{id:[0-9]+}", table_pages.take_table, name="importing.take_table"),
    web.get("/staff/sources", admin.all_sources, name="importing.all_sources"),
    web.post("/staff/sources/{id:[0-9]+}/stop", admin.stop, name="importing.staff_stop"),
)
