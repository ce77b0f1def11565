import csv
import io
import json

import pytest

from pages.shared import feedback
from tests.helpers.app_pages import find_key, run_sample


@pytest.fixture
def files(monkeypatch):
    """Collect the content of the files that are offered, by their names."""
    offered = {}

    def keep(label, content, name, *_):
        offered[name] = content

    monkeypatch.setattr(feedback, "show_download", keep)
    return offered


def test_downloads_hold_the_signs(signed_readings, files):
    app = run_sample()
    assert not app.exception
    lines = list(csv.DictReader(io.StringIO(files["digitnet.csv"])))
    assert [(line["text"], line["digits_only"]) for line in lines] == [
        ("20.47", "2047"),
        ("1385", "1385"),
        ("-96", "96"),
    ]
    assert lines[2]["doubtful"].startswith("'-?")
    (entry,) = json.loads(files["digitnet.json"])
    assert [row["signs"][0]["sign"] for row in entry["rows"] if row["signs"]] == [".", "-"]


def test_values_are_added_on_demand(signed_readings, files):
    app = run_sample()
    assert "value" not in files["digitnet.csv"].splitlines()[0]
    app.selectbox(key=find_key(app, "decimal")).set_value("point").run()
    assert not app.exception
    assert [line.split(",")[-1] for line in files["digitnet.csv"].splitlines()] == ["value", "20.47", "1385", "-96"]
    (entry,) = json.loads(files["digitnet.json"])
    assert [number["value"] for row in entry["rows"] for number in row["numbers"]] == [20.47, 1385, -96]


def test_values_are_not_offered_without_signs(files):
    app = run_sample()
    assert "decimal" not in app.session_state.remembered.shown
