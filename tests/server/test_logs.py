import json
import logging

import pytest

from digitnet.errors import SettingsError
from digitnet.events import EVENTS, note_training_start
from digitnet.server.logs import JsonFormatter, TextFormatter, find_log_format, set_up_logs


@pytest.fixture
def digitnet_logger():
    logger = logging.getLogger("digitnet")
    before = logger.handlers, logger.level, logger.propagate
    yield logger
    logger.handlers, logger.level, logger.propagate = before


def make_record(message, **extra):
    record = logging.LogRecord("digitnet.events", logging.INFO, "", 0, message, None, None)
    record.__dict__.update(extra)
    return record


def test_json_line_holds_the_facts():
    line = JsonFormatter().format(make_record("reading", facts={"digits": 3, "model": "кnn\n"}))
    parts = json.loads(line)
    assert (parts["message"], parts["digits"], parts["model"], parts["level"]) == ("reading", 3, "кnn\n", "INFO")
    assert parts["time"].endswith("+00:00")
    assert "\n" not in line


def test_text_line_cannot_be_broken():
    line = TextFormatter().format(make_record("reading", facts={"model": "a\nERROR forged\x1b[31m", "digits": 3}))
    assert line.endswith(r"digitnet.events reading model=a\nERROR forged\x1b[31m digits=3")
    assert "\n" not in line


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_error_is_on_the_same_line(formatter):
    try:
        raise ValueError("wrong")
    except ValueError as error:
        line = formatter.format(make_record("failed", exc_info=(ValueError, error, error.__traceback__)))
    assert "ValueError: wrong" in line
    assert "\n" not in line


def test_no_format_keeps_no_events(data, digitnet_logger, monkeypatch, capsys):
    monkeypatch.delenv("DIGITNET_LOG_FORMAT", raising=False)
    set_up_logs()
    assert not EVENTS.isEnabledFor(logging.INFO)


def test_format_is_a_setting(data, monkeypatch):
    data.mkdir()
    (data / "settings.toml").write_text('[server]\nlog_format = "text"\n')
    assert find_log_format() == "text"
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "json")
    assert find_log_format() == "json"
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError, match="json or text"):
        find_log_format()


def test_events_and_other_loggers_write_lines(digitnet_logger, monkeypatch, capsys):
    other = logging.getLogger("digitnet-test-other")
    other.addHandler(logging.StreamHandler())
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "json")
    roots = [(handler, handler.formatter) for handler in logging.root.handlers]
    try:
        set_up_logs()
        note_training_start("cnn-2")
        other.warning("late")
    finally:
        for handler, formatter in roots:
            handler.setFormatter(formatter)
        other.handlers.clear()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message"] for line in lines] == ["training started", "late"]
    assert lines[0]["run"] == "cnn-2"
