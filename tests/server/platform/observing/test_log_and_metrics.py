"""The log holds no personal data, and metrics have bounded labels."""

import json
import logging

import pytest
import structlog

from server.platform.log import Discretion, LogStyle, set_up_log
from server.platform.metrics import Metrics

SALT = b"0123456789abcdef"


@pytest.fixture
def restored():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("aiohttp.access").disabled = False
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "key",
    [
        "email",
        "handle",
        "Password",
        "token",
        "ip",
        "content",
        "url",
        "cookie",
        "display_name",
        "path",
    ],
)
def test_values_that_name_a_person_are_dropped(key):
    assert Discretion(SALT)(None, "info", {key: "ann"}) == {key: "[dropped]"}


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_is_told_by_its_types_and_places_and_never_by_its_text(restored, capsys, form):
    set_up_log(LogStyle(form=form), salt=SALT)

    def fail():
        try:
            {}["ann wrote this"]
        except KeyError as error:
            raise ExceptionGroup("all of ann's", [ValueError("bread and roses")]) from error

    for write in (structlog.get_logger("x").warning, logging.getLogger("lib").warning):
        try:
            fail()
        except ExceptionGroup:
            write("job failed", exc_info=True)
    told = capsys.readouterr().err

    assert "ann" not in told
    assert "roses" not in told
    assert told.count("ExceptionGroup") == 2
    assert told.count("KeyError") == 2
    assert told.count("ValueError") == 2
    assert "test_log_and_metrics.py" in told


def test_ids_of_persons_are_hashed_with_the_salt():
    first = Discretion(SALT)(None, "info", {"person_id": 7})
    assert first == Discretion(SALT)(None, "info", {"person_id": 7})
    assert first != Discretion(b"another salt....")(None, "info", {"person_id": 7})
    assert first["person_id"] != "7"


def test_addresses_in_other_texts_are_masked_and_long_values_cut():
    event = Discretion(SALT)(
        None,
        "info",
        {
            "event": "failed for ann@there.example from 192.0.2.1",
            "detail": "x" * 900,
            "more": {"email": "a", "n": 1},
            "where": "/a?token=1",
        },
    )
    assert event["event"] == "failed for [address] from [address]"
    assert len(event["detail"]) == 501
    assert event["more"] == {"email": "[dropped]", "n": 1}
    assert event["where"] == "/a?[query]"


def test_the_log_is_json_for_us_and_for_libraries(restored, capsys):
    set_up_log(LogStyle(form="json"), salt=SALT)
    structlog.get_logger("ours").info("delivered", host_count=2, email="ann@there.example")
    logging.getLogger("library").warning("lost %s", "ann@there.example")
    logging.getLogger("library").debug("never written")

    ours, library = (json.loads(line) for line in capsys.readouterr().err.strip().splitlines())

    assert (ours["event"], ours["host_count"], ours["email"], ours["level"]) == (
        "delivered",
        2,
        "[dropped]",
        "info",
    )
    assert library["event"] == "lost [address]"
    assert ours["timestamp"].endswith("Z")


def test_setting_the_log_up_twice_writes_each_line_once(restored, capsys):
    set_up_log(LogStyle(), salt=SALT)
    set_up_log(LogStyle(level="warning"), salt=SALT)
    logging.getLogger("library").warning("once")
    assert capsys.readouterr().err.count("once") == 1


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="loud"):
        set_up_log(LogStyle(level="loud"), salt=SALT)


def test_labels_come_from_closed_lists():
    metrics = Metrics(with_process=False)
    metrics.count_request("BREW", "/people/{id}", 200, 0.01)
    metrics.count_job("deliver", "done")
    metrics.show_queue({"ready": 1, "dead": 3}, 4.5)

    text = metrics.text().decode()

    assert 'meshwork_jobs_total{kind="deliver",outcome="done"} 1.0' in text
    assert 'method="other"' in text
    assert 'meshwork_queue_jobs{state="dead"} 3.0' in text
    assert "Evil" not in text
