import json
import shutil

import pytest

from digitnet.models import store
from pages.shared import training_charts
from pages.training import values_tried


@pytest.fixture
def tried(idle_queue):
    """Return a function that makes a model for each value of a setting, in this order."""

    def make(group, *values):
        for number, value in enumerate(values):
            folder = shutil.copytree(idle_queue / "mlp", idle_queue / f"tried-{value.replace(' ', '-')}")
            card = json.loads((folder / store.CARD_FILE).read_text())
            config = card["config"] | {"group": group, "variant": value}
            card |= {"config": config, "finished": f"2026-01-01T00:00:{number:02}+00:00", "test_accuracy": 0.9}
            store.write_card(folder, card)

    return make


def list_shown_values(page):
    return list(next(table.value for table in page.table if "Test accuracy" in table.value.columns).index)


def test_values_that_are_numbers_are_sorted_as_numbers(tried, page):
    tried("Hidden size of mlp", "128", "32", "512")
    page.run()
    assert not page.exception
    assert list_shown_values(page) == ["32", "128", "512"]


def test_other_values_are_in_the_order_of_their_runs(tried, page):
    tried("Optimizer of mlp", "sgd 0.01", "rmsprop 0.001", "adam 0.001")
    page.run()
    assert list_shown_values(page) == ["sgd 0.01", "rmsprop 0.001", "adam 0.001"]


def test_axis_and_line_follow_the_rows():
    table = values_tried.pd.DataFrame({"value": ["32", "128", "512"], "accuracy": [0.7, 0.8, 0.9]})
    chart = training_charts.plot_values(table, "Hidden size").to_dict()
    line = chart["layer"][0]["encoding"]
    assert line["x"]["sort"] == ["32", "128", "512"]
    assert line["order"] == {"field": "place", "type": "quantitative"}
    assert [row["place"] for rows in chart["datasets"].values() for row in rows] == [0, 1, 2]
