from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.experiments.snapshots import HARD_PLACES, NO_PREDICTION, TYPICAL_PLACES, Snapshots, load, probe_digits
from tests.helpers.examples import try_at_most


@pytest.fixture(scope="module")
def digits(mnist):
    return probe_digits(mnist[1])


def make_probabilities(digits, shift=0, outputs=10):
    """Return probabilities of 1 for labels that are off by `shift`."""
    return np.eye(outputs, dtype=np.float32)[(digits.labels.astype(int) + shift) % 10]


@pytest.fixture
def snapshots(digits):
    start = Snapshots.empty(digits, 10).append(0, make_probabilities(digits, 1), np.zeros((2, 5, 5)), 16)
    return start.append(1, make_probabilities(digits), np.ones((2, 5, 5)), 16)


def test_probe_digits_are_typical_and_hard_by_their_rule(mnist):
    """The rule stands in a comment above TYPICAL_PLACES."""
    test = mnist[1]
    pictures = test.images.reshape(len(test.images), -1).astype(np.float32)
    means = np.stack([pictures[test.labels == label].mean(axis=0) for label in range(10)])
    distances = np.stack([((pictures - mean) ** 2).sum(axis=1) for mean in means], axis=1)
    to_own = distances[np.arange(len(pictures)), test.labels]
    to_other = np.where(np.arange(10) == test.labels[:, None], np.inf, distances).min(axis=1)
    for label in range(10):
        places = np.flatnonzero(test.labels == label)
        assert TYPICAL_PLACES[label] == places[to_own[places].argmin()]
        assert to_own[HARD_PLACES[label]] > to_other[HARD_PLACES[label]]
        assert HARD_PLACES[label] == places[(to_own - to_other)[places].argmax()]


def test_probe_digits_have_two_of_each_label(digits):
    assert digits.labels.tolist() == [label for label in range(10) for _ in range(2)]


def test_predictions_are_marked_right_and_changed(snapshots, digits):
    assert snapshots.predictions[-1].tolist() == digits.labels.tolist()
    assert snapshots.right.sum(axis=1).tolist() == [0, 20]
    assert snapshots.changed.sum(axis=1).tolist() == [0, 20]
    assert (snapshots.confidence == 1).all()


def test_probability_of_nan_gives_no_prediction(digits):
    probabilities = make_probabilities(digits)
    probabilities[3] = np.nan
    snapshots = Snapshots.empty(digits, 10).append(0, probabilities, np.zeros((0, 1, 1)), 0)
    assert snapshots.predictions[0, 3] == NO_PREDICTION
    assert snapshots.confidence[0, 3] == 0
    assert snapshots.right.sum() == 19


def test_saved_snapshots_are_loaded_unchanged(snapshots, tmp_path):
    snapshots.save(tmp_path / "kept.npz")
    loaded = load(tmp_path / "kept.npz")
    for field in fields(Snapshots):
        assert np.array_equal(getattr(loaded, field.name), getattr(snapshots, field.name))
    assert [path.name for path in tmp_path.iterdir()] == ["kept.npz"]


def test_saved_file_keeps_the_published_array_names(snapshots, tmp_path):
    snapshots.save(tmp_path / "kept.npz")
    with np.load(tmp_path / "kept.npz") as arrays:
        assert set(arrays) == {"images", "labels", "epochs", "answers", "filters", "units"}


def test_prediction_of_not_a_digit_is_kept(digits, tmp_path):
    none = np.eye(11, dtype=np.float32)[np.full(20, 10)]
    Snapshots.empty(digits, 11).append(0, none, np.zeros((0, 1, 1)), 0).save(tmp_path / "kept.npz")
    assert (load(tmp_path / "kept.npz").predictions == 10).all()


def test_truncation_drops_later_epochs(snapshots):
    assert snapshots.truncate(0).epochs.tolist() == [0]
    assert snapshots.truncate(0).append(1, snapshots.probabilities[1], snapshots.filters, 16).epochs.tolist() == [0, 1]


def test_thousand_epochs_take_less_than_a_megabyte(digits, tmp_path):
    weights = np.zeros((24, 28, 28), np.float32)
    snapshots = Snapshots.empty(digits, 11).append(0, make_probabilities(digits, outputs=11), weights, 512)
    long = np.repeat(snapshots.probabilities, 1000, axis=0)
    Snapshots(**{**vars(snapshots), "probabilities": long, "epochs": np.arange(1000, dtype=np.int32)}).save(
        tmp_path / "kept"
    )
    assert (tmp_path / "kept").stat().st_size < 1e6


def test_missing_or_foreign_file_loads_as_none(tmp_path):
    assert load(tmp_path / "kept.npz") is None
    np.savez(tmp_path / "kept.npz", images=np.zeros(3))
    assert load(tmp_path / "kept.npz") is None
    (tmp_path / "kept.npz").write_bytes(b"")
    assert load(tmp_path / "kept.npz") is None


@pytest.mark.parametrize(
    "change",
    [
        {"probabilities": np.zeros((2, 20, 12), np.float16)},
        {"probabilities": np.zeros((1, 20, 10), np.float16)},
        {"epochs": np.array([1, 1], np.int32)},
        {"images": np.zeros((20, 27, 28), np.uint8)},
        {"filters": np.zeros((2, 5), np.float16)},
        {"labels": np.zeros(20, np.int64)},
    ],
)
def test_file_with_wrong_shapes_loads_as_none(snapshots, tmp_path, change):
    Snapshots(**{**vars(snapshots), **change}).save(tmp_path / "kept.npz")
    assert load(tmp_path / "kept.npz") is None


@try_at_most(60)
@given(drawn=st.data())
def test_damaged_file_loads_as_none_or_whole(drawn, tmp_path_factory, digits):
    path = tmp_path_factory.mktemp("damaged") / "kept.npz"
    Snapshots.empty(digits, 10).append(0, make_probabilities(digits), np.ones((2, 5, 5)), 16).save(path)
    content = bytearray(path.read_bytes())
    del content[drawn.draw(st.integers(0, len(content))) :]
    for place in drawn.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=4)) if content else ():
        content[place] = drawn.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    loaded = load(path)
    assert loaded is None or loaded.predictions.shape == (1, 20)
