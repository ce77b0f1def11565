import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import read_rows
from digitnet.models import store
from digitnet.training.early_stopping import find_best_epoch, has_ended_early
from digitnet.training.trainer import train


def rows(*values):
    return [{"epoch": float(epoch), "val_accuracy": value} for epoch, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [((), (None, 0)), ((0.5,), (0.5, 0)), ((0.5, 0.4, 0.5), (0.5, 2)), ((0.5, 0.4, 0.6), (0.6, 0))],
)
def test_epochs_are_counted_from_the_first_best_one(values, expected):
    assert find_best_epoch(rows(*values), "val_accuracy") == expected


def test_figure_that_is_missing_counts_for_nothing():
    assert find_best_epoch([{"epoch": 0.0}, *rows(0.5)], "val_accuracy") == (0.5, 0)


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 5))
def test_run_is_over_once_it_has_waited_long_enough(values, patience):
    over = has_ended_early(rows(*values), "val_accuracy", patience)
    late = values[-patience:]
    assert over == bool(patience and len(values) > patience and max(late) <= max(values[:-patience]))


@pytest.mark.filterwarnings("ignore")  # the log of a run that is cut stays open
def test_patience_is_not_counted_anew_by_a_run_that_goes_on(models, few_copies, cut_in_third_epoch):
    config = TrainingConfig.from_recipe(
        "perceptron", name="tiny", epochs=20, limit=300, learning_rate=1e-9, validation_share=0.2, patience=3
    )
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, lambda _: None)
    folder = train(config, lambda _: None)
    assert [row["epoch"] for row in read_rows(folder / store.HISTORY_FILE)] == [0, 1, 2, 3]
    assert store.load_card("tiny")["ended"] == "early"


@pytest.mark.filterwarnings("ignore")
def test_run_that_had_waited_long_enough_ends_without_another_epoch(models, few_copies, monkeypatch):
    config = TrainingConfig.from_recipe(
        "perceptron", name="tiny", epochs=20, limit=300, learning_rate=1e-9, validation_share=0.2, patience=2
    )
    with monkeypatch.context() as patch:
        patch.setattr("digitnet.training.trainer.write_model", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(config, lambda _: None)
    folder = train(config, lambda _: None)
    assert [row["epoch"] for row in read_rows(folder / store.HISTORY_FILE)] == [0, 1, 2]
