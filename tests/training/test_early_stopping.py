import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import read_rows
from digitnet.models import store
from digitnet.training.early_stopping import find_best_epoch, has_ended_early
from digitnet.training.trainer import train
from tests.helpers.training import silent


def make_rows(*values):
    return [{"epoch": float(epoch), "val_accuracy": value} for epoch, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [((), (None, 0)), ((0.5,), (0.5, 0)), ((0.5, 0.4, 0.5), (0.5, 2)), ((0.5, 0.4, 0.6), (0.6, 0))],
)
def test_epochs_are_counted_from_first_best_one(values, expected):
    assert find_best_epoch(make_rows(*values), "val_accuracy") == expected


def test_epoch_without_the_figure_is_not_counted():
    assert find_best_epoch([{"epoch": 0.0}, *make_rows(0.5)], "val_accuracy") == (0.5, 0)


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 5))
def test_run_has_ended_after_patience_without_a_better(values, patience):
    ended = has_ended_early(make_rows(*values), "val_accuracy", patience)
    late = values[-patience:]
    assert ended == bool(patience and len(values) > patience and max(late) <= max(values[:-patience]))


@pytest.mark.filterwarnings("ignore")  # The log of an interrupted run stays open.
def test_resumed_run_counts_patience_on(models, few_copies, cut_in_third_epoch):
    config = TrainingConfig.from_recipe(
        "perceptron", name="tiny", epochs=20, limit=300, learning_rate=1e-9, validation_share=0.2, patience=3
    )
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, silent)
    folder = train(config, silent)
    assert [row["epoch"] for row in read_rows(folder / store.HISTORY_FILE)] == [0, 1, 2, 3]
    assert store.load_card("tiny")["ended"] == "early"


@pytest.mark.filterwarnings("ignore")
def test_run_out_of_patience_resumes_without_an_epoch(models, few_copies, monkeypatch):
    config = TrainingConfig.from_recipe(
        "perceptron", name="tiny", epochs=20, limit=300, learning_rate=1e-9, validation_share=0.2, patience=2
    )
    with monkeypatch.context() as patch:
        patch.setattr("digitnet.training.trainer.write_model", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(config, silent)
    folder = train(config, silent)
    assert [row["epoch"] for row in read_rows(folder / store.HISTORY_FILE)] == [0, 1, 2]
