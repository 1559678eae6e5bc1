"""Templates over a real application: language, macros, safety, static files, error pages."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from aiohttp import web

from server.platform.clock import SetClock
from server.platform.http import assets, render
from server.platform.http.csrf import SIGNER, FormSigner
from server.platform.http.locales import LANGUAGES
from server.platform.http.paging import BASE_URL
from server.platform.i18n import load_languages, say
from server.platform.text import clean

from .conftest import make_app

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hello %(name)s"\nmsgstr "Dag %(name)s"\n'


@pytest.fixture
def site(tmp_path, aiohttp_client):
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "nl.po").write_text(PO, encoding="utf-8")

    async def start(**templates):
        for name, text in templates.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
        files = tmp_path / "static"
        files.mkdir(exist_ok=True)
        (files / "style.css").write_text("body{}")
        (files / ".secret").write_text("x")
        app = web.Application()
        app[LANGUAGES] = load_languages([tmp_path], ["nl", "ar"])
        app[SIGNER] = FormSigner(str.upper)
        app[BASE_URL] = "https://ours.example"
        app[assets.ASSETS] = assets.Assets({"web": files})
        render.setup(app, {"web": folder}, clock=SetClock(NOW))
        context = {
            "name": "<Ann>",
            "html": clean("<p>x</p>"),
            "when": NOW - timedelta(hours=3),
            "day": date(2026, 3, 1),
            "said": say("Hello %(name)s", name="Bob"),
        }

        async def show(request):
            return await render.render(request, "web/page.html", context)

        app.add_routes(
            [
                web.get("/", show, name="home"),
                web.get("/people/{id}", show, name="person"),
                *assets.ROUTES,
            ]
        )
        return await aiohttp_client(app)

    return start


async def test_a_page_speaks_the_readers_language_even_in_imported_macros(site):
    client = await site(
        page='{% import "web/macros.html" as m %}{{ here().locale }} {{ here().direction }} {{ m.greet(name) }} {{ said|say }} {% trans name=name %}Hello {{ name }}{% endtrans %}',
        macros='{% macro greet(name) %}{{ _("Hello %(name)s", name=name) }} {{ here().path }}{% endmacro %}',
    )
    assert (
        await (await client.get("/", headers={"Accept-Language": "nl"})).text()
        == "nl ltr Dag &lt;Ann&gt; / Dag Bob Dag &lt;Ann&gt;"
    )
    assert (await (await client.get("/?lang=ar")).text()).startswith("ar rtl Hello")


async def test_values_are_escaped_and_safe_html_is_shown(site):
    client = await site(page="{{ name }} {{ html }}")
    assert await (await client.get("/")).text() == "&lt;Ann&gt; <p>x</p>"


async def test_addresses_are_built_by_name(site):
    client = await site(
        page='{{ url_for("person", id=7, query={"a": "b c", "n": none}) }} {{ absolute_url("home") }}'
    )
    assert await (await client.get("/")).text() == "/people/7?a=b+c https://ours.example/"


async def test_dates_and_numbers_are_those_of_the_locale(site):
    client = await site(
        page='{{ day|day }}|{{ when|ago }}|{{ when|iso }}|{{ 1234.5|number }}|{{ when|moment("short") }}|{{ ["a", "b"]|listed }}'
    )
    shown = await (await client.get("/?lang=nl")).text()
    assert (
        shown
        == "1 maart 2026|3 uur geleden|2026-03-01T09:00:00.000Z|1.234,5|01-03-2026, 10:00|a en b"
    )


async def test_a_form_field_and_a_nonce_are_at_hand(site):
    client = await site(
        page='{{ csrf_field() }}<script nonce="{{ nonce() }}"></script>{{ here().visitor.signed_in }}{% for one in here().languages %} {{ one.name }}{% endfor %}'
    )
    shown = await (await client.get("/")).text()
    assert re.search(
        r'<input type="hidden" name="form_token" value="[0-9a-f]{16}\.FORM [^"]+">', shown
    )
    assert re.search(r'nonce="[\w-]{20,}"', shown)
    assert "Nederlands" in shown


async def test_a_static_file_has_a_fingerprint_and_may_be_kept_for_a_year(site):
    client = await site(page='{{ static("web/style.css") }}')
    url = await (await client.get("/")).text()
    assert re.fullmatch(r"/static/web/style\.css\?v=[0-9a-f]{16}", url)
    found = await client.get(url)
    assert (found.status, found.content_type, await found.text()) == (200, "text/css", "body{}")
    assert "immutable" in found.headers["Cache-Control"]
    assert (
        "immutable"
        not in (await client.get("/static/web/style.css?v=old")).headers["Cache-Control"]
    )


async def test_an_undefined_name_and_a_missing_file_are_errors(site):
    for page in ("{{ nobody }}", '{{ static("web/none.css") }}', '{{ url_for("nowhere") }}'):
        client = await site(page=page)
        assert (await client.get("/")).status == 500


async def test_a_folder_of_templates_must_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        render.setup(web.Application(), {"web": tmp_path / "none"})


@pytest.mark.parametrize(
    "path",
    [
        "/static/web/none.css",
        "/static/web/.secret",
        "/static/../conftest.py",
        "/static/web/%2e%2e/nl.po",
        "/static/web//etc/passwd",
    ],
)
async def test_only_files_found_at_start_are_served(aiohttp_client, tmp_path, path):
    (tmp_path / ".secret").write_text("x")
    app = make_app(tmp_path)
    app[assets.ASSETS] = assets.Assets({"web": tmp_path})
    client = await aiohttp_client(app)
    assert (await client.get(path)).status == 404


async def test_an_error_page_comes_from_its_template_in_the_persons_language(caller, tmp_path):
    (tmp_path / "nl.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "This action is not allowed"\nmsgstr "Dit mag niet"\n',
        encoding="utf-8",
    )
    folder = tmp_path / "errors"
    folder.mkdir()
    (folder / "error.html").write_text("<h1>{{ status }} {{ text }}</h1>{{ request_id }}")
    client = await caller(templates={"errors": folder}, languages=["nl"], folders=[tmp_path])
    answer = await client.get(
        "/staff", headers={"Cookie": "meshwork_session=ann", "X-Request-Id": "12345678"}
    )
    assert (answer.status, await answer.text()) == (403, "<h1>403 Dit mag niet</h1>12345678")


async def test_a_broken_error_page_falls_back_to_a_plain_one(caller, tmp_path):
    folder = tmp_path / "errors"
    folder.mkdir()
    (folder / "error.html").write_text("{{ nobody }}")
    client = await caller(templates={"errors": folder})
    answer = await client.get("/nothing")
    assert answer.status == 404
    assert "<h1>Not Found</h1>" in await answer.text()


async def test_text_of_a_template_is_not_escaped_when_it_is_no_html(tmp_path, aiohttp_client):
    (tmp_path / "mail.txt").write_text("{{ name }}")
    app = web.Application()
    render.setup(app, {"mail": tmp_path})

    async def show(request):
        return web.Response(
            text=await render.render_text(request, "mail/mail.txt", {"name": "<Ann>"})
        )

    app.router.add_get("/", show)
    client = await aiohttp_client(app)
    assert await (await client.get("/")).text() == "<Ann>"
    assert not render.has_template(app, "mail/none.txt")
    assert not render.has_template(web.Application(), "mail/mail.txt")
