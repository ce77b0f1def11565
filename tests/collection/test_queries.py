from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from digitnet.collection.samples import HELD_OUT_SHARE, compute_digest
from digitnet.errors import CollectionError
from tests.helpers.user_digits import export_sample, make_sample


def test_digits_are_found_by_label_writer_source_and_date(collection):
    collection.add(
        [
            make_sample(1, 1, writer="Ann"),
            make_sample(2, 2, writer="Bo", source="photo"),
            make_sample(3, 10, source="import"),
        ]
    )
    found = {number: collection.find(labels=[number]) for number in (1, 2, 10)}
    assert [len(digits) for digits in found.values()] == [1, 1, 1]
    middle = found[2][0].added
    for filters, count in [
        ({}, 3),
        ({"labels": [1, 10]}, 2),
        ({"labels": []}, 0),
        ({"writers": ["Ann", ""]}, 2),
        ({"sources": ["photo"], "writers": ["Ann"]}, 0),
        ({"since": middle}, 3),
        ({"until": middle}, 0),
        ({"since": middle - timedelta(hours=1), "until": middle + timedelta(hours=1)}, 3),
    ]:
        assert collection.count(**filters) == len(collection.find(**filters)) == count, filters


def test_digits_are_found_in_order_and_by_page(collection):
    moment = datetime(2024, 1, 31, tzinfo=UTC)
    samples = [make_sample(number, 9 - number % 3) for number in range(7)]
    collection.add([export_sample(sample, added=moment + timedelta(days=day)) for day, sample in enumerate(samples)])
    newest = [digit.added.day for digit in collection.find()]
    assert newest == [6, 5, 4, 3, 2, 1, 31]
    assert [digit.added.day for digit in collection.find(limit=3, offset=2)] == newest[2:5]
    assert [digit.added.day for digit in collection.find(offset=5)] == newest[5:]
    assert [digit.added for digit in collection.find(order="oldest")] == [digit.added for digit in collection.find()][
        ::-1
    ]
    assert [digit.label for digit in collection.find(order="label")] == [7, 7, 8, 8, 9, 9, 9]
    with pytest.raises(CollectionError, match="Expected an order"):
        collection.find(order="id; DROP TABLE digits")


@pytest.fixture
def six_digits(collection):
    """Add six digits with labels 0 to 2 to the collection."""
    collection.add([make_sample(number, number % 3) for number in range(6)])
    return collection


def test_labels_are_found_by_digest(six_digits):
    digests = [compute_digest(make_sample(number).picture) for number in (1, 5, 99)]
    assert six_digits.find_labels(digests) == {digests[0]: 1, digests[1]: 2}
    six_digits.delete([digit.id for digit in six_digits.find(labels=[1])])
    assert six_digits.find_labels(digests) == {digests[1]: 2}
    assert six_digits.find_labels([]) == {}


def test_digits_are_found_by_id(six_digits):
    ids = [digit.id for digit in six_digits.find()][:2]
    assert [digit.id for digit in six_digits.find(ids=ids)] == ids
    assert six_digits.count(ids=[]) == 0


def test_loaded_pictures_come_with_their_ids(six_digits):
    ids, digits = six_digits.load_pictures(labels=[2])
    found = six_digits.find(labels=[2])
    assert ids.tolist() == [digit.id for digit in found]
    assert np.array_equal(digits.images, np.stack([digit.picture for digit in found]))
    assert digits.labels.tolist() == [2, 2]
    assert six_digits.load_pictures(labels=[9])[1].images.shape == (0, 28, 28)


def test_counts_and_writers_leave_deleted_digits_out(collection):
    collection.add([make_sample(number, number % 3, writer=("ann", "Bo", "Zoë")[number % 3]) for number in range(9)])
    collection.delete([digit.id for digit in collection.find(labels=[2])])
    assert collection.count_by_label().tolist() == [3, 3] + 9 * [0]
    assert collection.count_by_label(writers=["Bo"]).tolist() == [0, 3] + 9 * [0]
    assert collection.list_writers() == ["ann", "Bo"]


def test_fixed_share_is_held_out_by_digest(collection):
    collection.add([make_sample(number, number % 11, writer="ab"[number % 2]) for number in range(400)])
    held_out, other = collection.load_digits(held_out=True), collection.load_digits(held_out=False)
    assert len(held_out.labels) + len(other.labels) == len(collection.load_digits().labels) == 400
    assert abs(len(held_out.labels) / 400 - HELD_OUT_SHARE) < 0.05
    assert {digit.digest for digit in collection.find() if digit.held_out} == {
        digit.digest for digit in collection.find(held_out=True)
    }
    assert set(collection.load_digits(writers=["a"]).labels.tolist()) == set(range(11))
    assert len(collection.load_digits(writers=["a"], held_out=True).labels) == collection.count(
        writers=["a"], held_out=True
    )
