"""Somebody who can sign in, and a browser in which they did, for the tests of OAuth."""

import pytest

from tests.support.people import PASSWORD, make_login, make_person


@pytest.fixture
async def ann(instance):
    person = await make_person(instance, "ann", display_name="Ann")
    await make_login(instance, [person.id])
    return person


@pytest.fixture
async def signed_in(instance, browser, ann):
    answer = await browser.sign_in("ann@ours.example", PASSWORD)
    assert answer.status == 303
    return browser
