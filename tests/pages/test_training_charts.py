import math

import pandas as pd
import pytest

from pages.shared import training_charts, training_curves
from pages.shared.training_history import load_history


def make_history(**accuracies):
    """Return the history of runs whose accuracies are given by epoch; the loss is what is missing to 1."""
    return pd.DataFrame(
        [
            {"run": run, "epoch": epoch, "split": "training", "accuracy": value, "loss": 1 - value}
            for run, values in accuracies.items()
            for epoch, value in enumerate(values, start=1)
        ]
    )


LONG = [0.1, 0.2, 0.8, 0.9, *[0.98 + 0.0001 * epoch for epoch in range(46)]]


@pytest.mark.parametrize(
    ("accuracies", "lowest", "highest"),
    [
        ([0.9], 0.9, 0.9),
        ([0.9, 0.95], 0.9, 0.95),
        ([0.1, 0.97, 0.98], 0.97, 0.98),
        (LONG, 0.9806, 0.9845),
        ([0.1, 0.9, 0.99, *[0.95] * 12], 0.95, 0.99),  # The best values are never left out.
    ],
)
def test_range_leaves_out_the_first_epochs_only(accuracies, lowest, highest):
    history = make_history(mine=accuracies)
    margin = 0.08 * max(highest - lowest, 1e-4)
    assert training_charts.find_range(history, "accuracy") == pytest.approx((lowest - margin, highest + margin))
    assert training_charts.find_range(history, "loss") == pytest.approx((1 - highest - margin, 1 - lowest + margin))


def test_range_within_the_first_epoch_leaves_out_its_start():
    history = make_history(mine=[0.1, 0.5, 0.7, 0.8, 0.9]).assign(epoch=[0.02, 0.2, 0.4, 0.6, 0.8])
    assert 0.45 < training_charts.find_range(history, "accuracy")[0] < 0.5


def test_short_run_beside_a_long_one_keeps_its_later_epochs_in_range():
    low, high = training_charts.find_range(make_history(long=LONG, short=[0.5, 0.7, 0.71]), "accuracy")
    assert low < 0.7
    assert high > 0.9845


def test_range_of_values_that_are_no_numbers_is_finite():
    history = make_history(mine=[0.9, 0.95, 0.96]).assign(loss=[math.nan, math.inf, math.nan])
    assert training_charts.find_range(history, "loss") == (0, 1)


def test_caption_names_the_first_epoch_in_range_only_if_values_lie_outside():
    assert training_curves.find_hidden_epochs(make_history(mine=LONG)) == 11
    assert training_curves.find_hidden_epochs(make_history(mine=[0.9, 0.95])) == 0


def test_legend_names_the_splits_of_one_run_and_the_runs_of_several(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,accuracy,loss,val_accuracy,val_loss\n0,0.9,0.3,0.95,0.2\n1,0.95,0.2,0.96,0.1\n")
    one = load_history("one", path)
    legend = training_curves.render_legend(one)
    assert "training digits" in legend
    assert "validation digits" in legend
    assert ">one<" not in legend
    legend = training_curves.render_legend(pd.concat([one, load_history("<b>", path)]))
    assert ">one<" in legend
    assert "&lt;b&gt;" in legend
    assert legend.count("validation digits") == 1


def test_published_figures_lie_in_the_range_and_are_in_the_legend(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,accuracy,loss\n0,0.5,1.0\n1,0.6,0.9\n2,0.7,0.8\n")
    history = load_history("one", path)
    rules, curves = training_charts.plot_curves(history, "accuracy", {"one": 0.98}).to_dict()["layer"]
    low, high = rules["encoding"]["y"]["scale"]["domain"]
    assert low < 0.7
    assert high > 0.98
    assert curves["encoding"]["y"]["scale"]["domain"] == [low, high]
    assert "published, on the test digits" in training_curves.render_legend(history, has_published=True)
    assert "published" not in training_curves.render_legend(history)
    assert len(training_charts.plot_curves(history, "loss").to_dict()["layer"]) == 1
