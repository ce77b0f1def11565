import numpy as np
import pytest

from pages.shared import evaluation_charts

MIN_HEIGHT = 220  # Pixels, with the axis below.


@pytest.mark.parametrize(
    "chart",
    [
        evaluation_charts.plot_probabilities({str(digit): 0.1 for digit in range(10)}),
        evaluation_charts.plot_confusion(np.eye(10, dtype=np.int64)),
    ],
    ids=["probabilities", "confusion"],
)
def test_chart_is_high_enough_to_compare_values(chart):
    assert chart.to_dict()["height"] >= MIN_HEIGHT
