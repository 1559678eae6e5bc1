"""Form tokens over a real application: ours pass, everything else is refused."""

import pytest

SESSION = {"Cookie": "meshwork_session=ann"}


async def test_a_signed_in_form_needs_only_its_token(caller):
    client = await caller()
    token = await (await client.get("/form", headers=SESSION)).text()

    answer = await client.post(
        "/form", headers=SESSION, data={"form_token": token, "name": "Ann Example"}
    )

    assert (answer.status, await answer.text()) == (200, "thanks Ann Example")


async def test_an_anonymous_form_is_bound_to_a_cookie_of_its_own(caller):
    client = await caller()
    shown = await client.get("/form")
    cookie = shown.cookies["meshwork_form"]
    token = await shown.text()

    with_cookie = {"Cookie": f"meshwork_form={cookie.value}"}
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert (
        await client.post("/form", data={"form_token": token}, headers=with_cookie)
    ).status == 200
    assert (
        await client.post(
            "/form", data={"form_token": token}, headers={"Cookie": "meshwork_form=" + "0" * 32}
        )
    ).status == 403


async def test_a_token_differs_on_each_page_and_may_travel_in_a_header(caller):
    client = await caller()
    first = await (await client.get("/form", headers=SESSION)).text()
    second = await (await client.get("/form", headers=SESSION)).text()
    assert first != second
    assert (await client.post("/form", headers={**SESSION, "X-Form-Token": second})).status == 200


async def test_a_token_of_another_session_is_refused(caller):
    client = await caller()
    token = await (await client.get("/form", headers={"Cookie": "meshwork_session=staff"})).text()
    assert (await client.post("/form", headers=SESSION, data={"form_token": token})).status == 403


@pytest.mark.parametrize("token", ["", "x", "a.b", ".", "é.é", "0" * 300])
async def test_a_made_up_token_is_refused(caller, token):
    client = await caller()
    answer = await client.post("/form", headers=SESSION, data={"form_token": token})
    assert answer.status in {403, 422}
    assert "thanks" not in await answer.text()


async def test_a_form_without_any_token_is_refused_with_a_clear_text(caller):
    client = await caller()
    answer = await client.post("/form", headers=SESSION, data={})
    assert answer.status == 403
    assert "expired" in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://[broken"},
    ],
)
async def test_a_post_from_another_site_is_refused_whatever_its_token(caller, headers):
    client = await caller()
    token = await (await client.get("/form", headers=SESSION)).text()
    answer = await client.post("/form", headers={**SESSION, **headers}, data={"form_token": token})
    assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://ours.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}],
)
async def test_a_post_from_our_own_site_passes(caller, headers):
    client = await caller()
    token = await (await client.get("/form", headers=SESSION)).text()
    answer = await client.post("/form", headers={**SESSION, **headers}, data={"form_token": token})
    assert answer.status == 200
