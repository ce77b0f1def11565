from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from digitnet.access.callers import Caller, acting_as
from digitnet.access.roles import Role
from digitnet.collection.collection import Collection
from digitnet.errors import CollectionError, QuotaError
from digitnet.labels import NOT_A_DIGIT
from tests.helpers.user_digits import export_sample, make_sample


def test_added_sample_is_stored_with_all_fields(collection):
    before = datetime.now(UTC)
    given = make_sample(1, 7, read=1, confidence=0.625, model="cnn", source="photo", file="page.jpg", writer="Ann")
    assert collection.add([given]).stored == 1
    (found,) = collection.find()
    for name in ("crop", "label", "read", "confidence", "model", "source", "file", "writer"):
        assert getattr(found, name) == getattr(given, name)
    assert np.array_equal(found.picture, given.picture)
    assert before <= found.added <= datetime.now(UTC)
    assert found.added.tzinfo is UTC
    assert not found.deleted


def test_repeated_digit_is_stored_once_with_the_newest_label(collection):
    collection.add([make_sample(1, 3, writer="Ann"), make_sample(2, 4)])
    added = collection.add([make_sample(1, 5), make_sample(2, 4), make_sample(3, 6)])
    assert (added.stored, added.relabeled, added.known) == (1, 1, 1)
    assert [(digit.label, digit.writer) for digit in collection.find(order="oldest")] == [(5, "Ann"), (4, ""), (6, "")]


def test_digit_twice_in_one_addition_is_stored_once(collection):
    added = collection.add([make_sample(1, 3), make_sample(1, 8)])
    assert (added.stored, added.relabeled, added.known) == (1, 0, 1)
    assert collection.find()[0].label == 8


def test_empty_addition_writes_nothing(collection):
    before = collection.get_version()
    assert collection.add([]).stored == 0
    assert collection.get_version() == before


def test_deleted_digit_is_restored_when_added_again(collection):
    collection.add([make_sample(1)])
    collection.delete([collection.find()[0].id])
    assert collection.count() == 0
    assert collection.add([make_sample(1)]).relabeled == 1
    assert collection.count() == 1


def test_undo_reverts_new_digits_and_new_labels(collection):
    collection.add([make_sample(1, 3, read=8, confidence=0.5, model="cnn", writer="Ann"), make_sample(2, 4)])
    collection.delete([collection.find(labels=[4])[0].id])
    before = [vars(digit) | {"picture": None} for digit in collection.find(deleted=None, order="oldest")]
    added = collection.add(
        [make_sample(1, 5, read=2, confidence=0.75, model="mlp", writer="Bo"), make_sample(2, 4), make_sample(3, 6)]
    )
    assert collection.undo(added.batch) == 3
    assert [vars(digit) | {"picture": None} for digit in collection.find(deleted=None, order="oldest")] == before
    assert collection.undo(added.batch) == 0


def test_undo_leaves_digits_that_were_changed_since(collection):
    first = collection.add([make_sample(1, 3), make_sample(2, 3), make_sample(3, 3)])
    collection.relabel([collection.find(order="oldest")[0].id], 9)
    second = collection.add([make_sample(2, 5)])
    assert collection.undo(first.batch) == 1
    assert collection.undo(second.batch) == 1
    assert [digit.label for digit in collection.find(order="oldest")] == [9, 3]


def test_undoing_all_additions_empties_the_collection(collection):
    batches = [collection.add([make_sample(number, label) for number in range(5)]).batch for label in (1, 2, 3)]
    assert [collection.undo(batch) for batch in reversed(batches)] == [5, 5, 5]
    assert collection.count(deleted=None) == 0


def test_undo_of_an_unknown_addition_does_nothing(collection):
    assert collection.undo("nosuch") == 0


def test_digits_are_relabeled_deleted_and_restored(collection):
    collection.add([make_sample(number) for number in range(4)])
    ids = [digit.id for digit in collection.find(order="oldest")]
    assert collection.relabel(ids[:2], NOT_A_DIGIT) == 2
    assert collection.relabel(ids[:3], NOT_A_DIGIT) == 1
    assert collection.delete(ids[1:]) == 3
    assert collection.delete(ids) == 1
    assert collection.restore(ids[:1]) == 1
    assert [(digit.id, digit.label) for digit in collection.find()] == [(ids[0], NOT_A_DIGIT)]
    assert collection.find(deleted=True, order="oldest", limit=1)[0].id == ids[1]
    assert collection.count(deleted=None) == 4


def test_imported_digit_keeps_its_time_and_stays_deleted(collection):
    moment = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    collection.add([export_sample(make_sample(1), moment), export_sample(make_sample(2), moment, deleted=True)])
    assert [(digit.added, digit.deleted) for digit in collection.find(deleted=None)] == [
        (moment, True),
        (moment, False),
    ]
    assert collection.add([export_sample(make_sample(1), moment, deleted=True)]).known == 1
    assert collection.count() == 1


def test_loaded_digits_are_those_added(collection):
    assert collection.load_digits().images.shape == (0, 28, 28)
    samples = [make_sample(number, number) for number in range(11)]
    collection.add(samples)
    digits = collection.load_digits()
    assert np.array_equal(digits.images, [sample.picture for sample in samples])
    assert digits.labels.tolist() == list(range(11))
    assert (digits.images.dtype, digits.labels.dtype) == (np.uint8, np.uint8)


def test_version_changes_with_every_write(collection, database):
    with Collection.open(database) as other:
        versions = [collection.get_version()]
        batch = other.add([make_sample(1)]).batch
        versions.append(collection.get_version())
        other.relabel([1], 5)
        versions.append(collection.get_version())
        other.undo(batch)
        versions.append(collection.get_version())
        assert len(set(versions)) == 4
        assert collection.get_version() == other.get_version()


def test_thousands_of_digits_are_added_at_once(collection):
    digits = [make_sample(number, number % 11) for number in range(2500)]
    assert collection.add(digits).stored == 2500
    assert collection.add([replace(digit, label=1) for digit in digits[:2000]]).relabeled == 2000 - 182
    assert collection.delete(range(1, 2400)) == 2399


def test_invalid_label_leaves_the_label_unchanged(collection):
    collection.add([make_sample(1)])
    with pytest.raises(CollectionError, match="Expected a label"):
        collection.relabel([1], 12)
    assert collection.find()[0].label == 3


def test_digits_added_after_the_clock_was_set_back_are_the_newest(collection, monkeypatch):
    later = datetime.now(UTC) + timedelta(days=400)
    with monkeypatch.context() as patch:
        patch.setattr("digitnet.collection.collection.datetime", SimpleNamespace(now=lambda zone: later))
        collection.add([make_sample(1)])
    since = collection.find_next_time()
    assert since > later
    collection.add([make_sample(2)])
    newest, _ = collection.find()
    assert np.array_equal(newest.picture, make_sample(2).picture)
    assert collection.count(labeled_since=since) == 1


def test_digits_beyond_the_quota_of_a_day_are_refused(collection, quotas):
    quotas(rows_per_day=3)
    with acting_as(Caller(Role.TEACHER, "ann@school.test")):
        collection.consents.give()
        collection.add([make_sample(1), make_sample(2)])
        with pytest.raises(QuotaError, match="these can be added in 8 hours"):
            collection.add([make_sample(3), make_sample(4)])
    assert collection.count() == 2


def test_digits_are_not_added_to_a_disk_that_is_nearly_full(file_url, quotas):
    with Collection.open(file_url) as collection:
        collection.add([make_sample(1)])
        quotas(free_disk_megabytes=10**9)
        with pytest.raises(QuotaError, match="The disk is nearly full"):
            collection.add([make_sample(2)])
        assert collection.delete([collection.find()[0].id]) == 1
