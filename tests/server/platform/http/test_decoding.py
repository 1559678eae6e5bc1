"""Parameters of every shape clients send, over a real socket, and trees from arbitrary names."""

import asyncio
import json

import pytest
from aiohttp import FormData, web
from hypothesis import given
from hypothesis import strategies as st

from server.platform.errors import BadRequest, Invalid, MeshworkError
from server.platform.http.bodies import close_uploads, urlencoded_pairs
from server.platform.http.nesting import Bounds, checked, nested, parts_of
from server.platform.http.parameters import Parameters, parsed_id, read_parameters

SMALL = Bounds(max_body_bytes=2000, max_upload_bytes=5000, spool_bytes=1000, max_files=2)


def tree(query):
    return nested(urlencoded_pairs(query), Bounds())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("media_ids[]=1&media_ids[]=2", {"media_ids": ["1", "2"]}),
        ("media_ids[0]=1&media_ids[1]=2", {"media_ids": {"0": "1", "1": "2"}}),
        ("id=5", {"id": "5"}),
        ("id=5&id=6", {"id": "6"}),
        (
            "poll[options][]=a&poll[options][]=b&poll[expires_in]=300",
            {"poll": {"options": ["a", "b"], "expires_in": "300"}},
        ),
        ("source[privacy]=public", {"source": {"privacy": "public"}}),
        (
            "k[][keyword]=x&k[][whole_word]=true&k[][keyword]=y",
            {"k": [{"keyword": "x", "whole_word": "true"}, {"keyword": "y"}]},
        ),
        ("k[][a][]=1&k[][a][]=2&k[][b]=3", {"k": [{"a": ["1", "2"], "b": "3"}]}),
        ("k[][a][b]=1&k[][a][b]=2", {"k": [{"a": {"b": "1"}}, {"a": {"b": "2"}}]}),
        ("subscription[keys][p256dh]=q", {"subscription": {"keys": {"p256dh": "q"}}}),
        ("a+b=c+d%2B", {"a b": "c d+"}),
        ("a[b=1&[x]=2&]=3", {"a[b": "1", "[x]": "2", "]": "3"}),
        ("&&a&b=", {"a": "", "b": ""}),
    ],
)
def test_names_with_brackets_become_trees(query, expected):
    assert tree(query) == expected


@pytest.mark.parametrize(
    "query", ["a=1&a[]=2", "a[]=1&a[b]=2", "a=1&a[b]=2", "a[][]=1", "a[]=1&a[][b]=2"]
)
def test_a_name_in_two_shapes_is_refused(query):
    with pytest.raises(BadRequest):
        tree(query)


def test_too_deep_too_many_and_too_long_names_are_refused():
    for query in ("a" + "[b]" * 20 + "=1", "&".join(["a=1"] * 2001), "a" * 600 + "=1"):
        with pytest.raises(BadRequest):
            tree(query)


def test_a_deep_json_tree_is_refused_without_recursion():
    deep = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(BadRequest):
        checked(deep, Bounds())


@pytest.mark.parametrize("query", ["a=%FF", "%C3=1", "a=%ED%A0%80"])
def test_escapes_that_are_not_utf8_are_refused(query):
    with pytest.raises(BadRequest):
        tree(query)


@given(
    st.lists(st.tuples(st.text(alphabet="ab[]01é", max_size=12), st.text(max_size=5)), max_size=12)
)
def test_any_names_give_a_tree_or_a_refusal(pairs):
    try:
        found = nested(iter(pairs), Bounds())
        checked(found, Bounds())
    except (BadRequest, Invalid):
        return
    assert isinstance(found, dict)
    assert all(isinstance(key, str) for key in found)


@given(st.text(max_size=200))
def test_any_query_text_gives_pairs_or_a_refusal(text):
    try:
        list(urlencoded_pairs(text))
    except BadRequest:
        return


@given(
    st.text(alphabet=st.characters(exclude_characters="[]"), min_size=1, max_size=5).map(str),
    st.lists(st.text(alphabet="xyz", min_size=1, max_size=3), max_size=6),
)
def test_the_steps_of_a_written_name_are_read_back(head, steps):
    assert parts_of(head + "".join(f"[{step}]" for step in steps)) == [head, *steps]


QUESTIONS = (
    "text",
    "edited",
    "integer",
    "number",
    "boolean",
    "id",
    "ids",
    "texts",
    "when",
    "part",
    "items",
    "upload",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from(QUESTIONS))
def test_any_question_to_any_value_is_answered_or_invalid(value, question):
    try:
        getattr(Parameters({"x": value}), question)("x")
    except MeshworkError as refused:
        assert refused.status == 422  # noqa: PT017 — an answer is fine as well
        assert all(name.startswith("x") for name in refused.details)  # noqa: PT017 — as above


def test_values_are_read_in_every_spelling():
    sent = Parameters(
        {
            "on": "on",
            "one": 1,
            "zero": "0",
            "no": False,
            "n": "42",
            "f": 3.0,
            "id": 7,
            "nothing": None,
            "empty": "",
            "list": {"1": "b", "0": "a"},
            "many": ["1", "1", "2", ""],
            "z": "2026-01-02T03:04:05.678Z",
            "hash": {"0": {"name": "x"}},
            "when": "2026-01-02T03:04:05+02:00",
            "poll": {"options": ["a"]},
        }
    )

    assert [sent.boolean(name) for name in ("on", "one", "zero", "no", "nothing", "empty")] == [
        True,
        True,
        False,
        False,
        None,
        None,
    ]
    assert (
        sent.integer("n"),
        sent.integer("f"),
        sent.id("id"),
        sent.id("nothing"),
        sent.id("empty"),
    ) == (42, 3, 7, None, None)
    assert (sent.texts("list"), sent.ids("many"), sent.ids("id"), sent.ids("nothing")) == (
        ["a", "b"],
        [1, 2],
        [7],
        [],
    )
    assert sent.when("z").isoformat() == "2026-01-02T03:04:05.678000+00:00"
    assert sent.when("when").hour == 1
    assert [one.text("name") for one in sent.items("hash")] == ["x"]
    assert sent.part("poll").texts("options") == ["a"]
    assert (sent.edited("empty"), sent.text("empty"), sent.edited("absent")) == ("", None, None)
    assert "empty" in sent
    assert not sent.given("empty")
    assert sent.flag("absent", default=True)
    assert sent.choice("n", {"42", "43"}) == "42"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("id", "abc"),
        ("id", "-1"),
        ("id", "9223372036854775808"),
        ("id", "१"),
        ("ids", ["1", "x"]),
        ("integer", "1.5"),
        ("integer", "9" * 30),
        ("number", "nan"),
        ("boolean", "perhaps"),
        ("text", ["a"]),
        ("when", "yesterday"),
        ("when", "0001-01-01T00:00:00+14:00"),
        ("part", "a"),
        ("items", ["a"]),
        ("upload", "a"),
        ("required", " "),
        ("texts", {"a": "b"}),
        ("texts", ["x"] * 600),
        ("text", "x" * 100_001),
    ],
)
def test_a_value_of_the_wrong_kind_is_invalid_and_names_its_field(question, value):
    with pytest.raises(Invalid) as refused:
        getattr(Parameters({"x": value}), question)("x")
    assert next(iter(refused.value.details)).startswith("x")


def test_a_choice_outside_the_options_is_invalid():
    with pytest.raises(Invalid) as refused:
        Parameters({"x": "c"}).choice("x", ["a", "b"])
    assert refused.value.details["x"][0].code == "ERR_INCLUSION"


def test_a_fault_in_a_nested_object_names_the_whole_path():
    with pytest.raises(Invalid) as refused:
        Parameters({"poll": {"expires_in": "soon"}}).part("poll").integer("expires_in")
    assert list(refused.value.details) == ["poll[expires_in]"]


def test_ids_have_at_most_63_bits():
    assert parsed_id("9223372036854775807") == 2**63 - 1
    assert parsed_id("9223372036854775808") is None


@pytest.fixture
async def echo(aiohttp_client):
    async def answer(request):
        try:
            sent = await read_parameters(request, bounds=SMALL)
            shown = {name: _shown(sent.raw(name)) for name in sent.names()}
            return web.json_response(shown)
        except MeshworkError as refused:
            return web.json_response({"error": str(refused.safe)}, status=refused.status)
        finally:
            close_uploads(request)

    app = web.Application()
    app.router.add_route("*", "/", answer)
    return await aiohttp_client(app)


def _shown(value):
    return [value.filename, value.size, len(value.read())] if hasattr(value, "file") else value


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_merges_query_and_body_of_every_type(echo, method):
    as_json = await echo.request(method, "/?a=1&b=2", json={"b": 3, "c": [4]})
    as_form = await echo.request(method, "/?a=1&b=2", data={"b": "3", "c[]": "4"})
    multipart = FormData(default_to_multipart=True)
    multipart.add_field("b", "3")
    multipart.add_field("c[]", "4")
    as_parts = await echo.request(method, "/?a=1&b=2", data=multipart)

    assert await as_json.json() == {"a": "1", "b": 3, "c": [4]}
    assert await as_form.json() == {"a": "1", "b": "3", "c": ["4"]}
    assert await as_parts.json() == {"a": "1", "b": "3", "c": ["4"]}


@pytest.mark.parametrize("size", [10, 4000])
async def test_a_file_arrives_whole_in_memory_or_on_disk(echo, size):
    form = FormData(quote_fields=False)
    form.add_field("file", b"x" * size, filename="../../a b.png", content_type="image/png")

    answer = await echo.post("/", data=form)

    assert await answer.json() == {"file": ["a b.png", size, size]}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[1]", "application/json", 400),
        (b"{", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b'{"a": "\\u0000"}', "application/json", 422),
        (b"a=%00", "application/x-www-form-urlencoded", 422),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"hello", "text/plain", 415),
        (b"hello", "multipart/form-data", 400),
        (b"hello", "multipart/form-data; boundary=x", 400),
        (
            b"--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv',
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"a=" + b"x" * 3000, "application/x-www-form-urlencoded", 413),
        (b"", "application/json", 200),
        (b"null", "application/json", 200),
        (b" ", "text/plain", 200),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(echo, body, kind, status):
    answer = await echo.post("/", data=body, headers={"Content-Type": kind})
    assert answer.status == status, await answer.text()


async def test_a_file_over_the_cap_and_too_many_files_are_refused(echo):
    large, many, long_text = FormData(), FormData(), FormData(default_to_multipart=True)
    large.add_field("file", b"x" * 6000, filename="a")
    for name in "abc":
        many.add_field(name, b"x", filename=name)
    long_text.add_field("a", "x" * 3000)

    assert (await echo.post("/", data=large)).status == 413
    assert (await echo.post("/", data=many)).status == 400
    assert (await echo.post("/", data=long_text)).status == 413


async def test_a_chunked_body_over_the_cap_is_cut_off(echo):
    async def endless():
        for _ in range(10):
            yield b"x" * 1000
            await asyncio.sleep(0)

    answer = await echo.post("/", data=endless(), headers={"Content-Type": "application/json"})
    assert answer.status == 413


async def test_deep_and_wide_json_is_refused(echo):
    deep = json.dumps({"a": json.loads("[" * 30 + "]" * 30)})
    assert (
        await echo.post("/", data=deep, headers={"Content-Type": "application/json"})
    ).status == 400


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_body_that_does_not_arrive_is_given_up(aiohttp_client, kind):
    async def answer(request):
        try:
            await read_parameters(request, bounds=Bounds(body_seconds=0.1, upload_seconds=0.1))
        except MeshworkError as refused:
            return web.Response(status=refused.status)
        return web.Response()

    async def never_ending():
        yield b"--x\r\n"
        await asyncio.sleep(1)
        yield b"--x--"

    app = web.Application()
    app.router.add_post("/", answer)
    client = await aiohttp_client(app)
    assert (
        await client.post("/", data=never_ending(), headers={"Content-Type": kind})
    ).status == 408
