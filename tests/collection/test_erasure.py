"""What was deleted for good is neither in the tables nor in the files."""

import threading

import numpy as np
import pytest

from digitnet.access.callers import acting_as
from digitnet.collection import erasure
from digitnet.collection.collection import Collection
from digitnet.collection.samples import PNG_SIGNATURE, Sample
from digitnet.collection.strings import StringSample
from digitnet.errors import AccessError, CollectionError
from tests.helpers.callers import ANN, BOB, TEACHER, agree
from tests.helpers.user_digits import make_sample, make_stored_string

_PIECE_BYTES = 32


def make_secrets(seed, crop_bytes=100):
    """Return samples and strings of random bytes, and pieces of these bytes."""
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 256, (20, 28, 28), np.uint8)
    crops = [random.bytes(crop_bytes) for _ in pictures]
    rows = [random.bytes(crop_bytes) for _ in range(5)]
    samples = [
        Sample(picture, PNG_SIGNATURE + crop, 3, writer=f"writer-{seed}")
        for picture, crop in zip(pictures, crops, strict=True)
    ]
    contents = [picture.tobytes() for picture in pictures] + crops + rows
    pieces = [
        content[start : start + _PIECE_BYTES]
        for content in contents
        for start in (0, len(content) // 2, len(content) - _PIECE_BYTES)
    ]
    return samples, [StringSample(PNG_SIGNATURE + row, "12") for row in rows], [*pieces, b"writer-%d" % seed]


def count_found(folder, pieces):
    files = [path.read_bytes() for path in folder.iterdir()]
    return sum(any(piece in content for content in files) for piece in pieces)


@pytest.mark.parametrize("crop_bytes", [100, 50_000])  # In the page of the row, and in pages of their own.
def test_files_hold_no_bytes_of_deleted_pictures(crop_bytes, tmp_path):
    samples, strings, pieces = make_secrets(1, crop_bytes)
    others, other_strings, kept = make_secrets(2, crop_bytes)
    url = f"sqlite:///{tmp_path}/digits.db"
    with Collection.open(url) as collection, Collection.open(url) as elsewhere:
        agree(collection, "ann", "bob")
        for mine, theirs in zip(np.array_split(samples, 4), np.array_split(others, 4), strict=True):
            with acting_as(ANN):
                collection.add(list(mine))
            with acting_as(BOB):
                elsewhere.add(list(theirs))
        with acting_as(BOB):
            elsewhere.add([], other_strings)
        with acting_as(ANN):
            collection.add([], strings)
            collection.delete([collection.find()[0].id])
            collection.undo(collection.add([make_sample(1), *samples[:3]]).batch)
            assert count_found(tmp_path, pieces) == len(pieces)
            erased = collection.erase(ANN.account)
        assert (erased.digits, erased.rows) == (len(samples), len(strings))
        assert count_found(tmp_path, pieces) == 0
        assert count_found(tmp_path, kept) == len(kept)
        with acting_as(BOB):
            assert elsewhere.count() == len(others)
    assert count_found(tmp_path, pieces) == 0


def test_nothing_of_an_account_is_left(collection):
    agree(collection)
    for caller in (ANN, BOB):
        with acting_as(caller):
            collection.add([make_sample(1, 1), make_sample(2, 2)], [make_stored_string(1)])
            collection.add([make_sample(1, 5)], [make_stored_string(1, "5")])
            collection.delete([collection.find()[0].id])
    with acting_as(ANN):
        erased = collection.erase(ANN.account)
        assert (erased.digits, erased.rows) == (2, 2)
        assert not collection.consents.is_given()
        assert collection.erase(ANN.account).digits == 0
    with collection._open_reader() as connection:
        for table in ("digits", "strings", "consents"):
            query = f"SELECT count(*) FROM {table} WHERE account = '{ANN.account}'"
            assert connection.exec_driver_sql(query).scalar() == 0
        orphans = "SELECT count(*) FROM changes WHERE digit NOT IN (SELECT id FROM digits)"
        assert connection.exec_driver_sql(orphans).scalar() == 0
    assert (collection.count(deleted=None), collection.strings.count()) == (2, 1)


def test_teacher_erases_pupils_and_nobody_else(collection):
    agree(collection)
    for caller in (ANN, BOB):
        with acting_as(caller):
            collection.add([make_sample(1)])
    with acting_as(TEACHER):
        with pytest.raises(AccessError):
            collection.erase(BOB.account)
        with pytest.raises(AccessError):
            collection.erase("")
        assert collection.erase(ANN.account).digits == 1
    assert [digit.account for digit in collection.find()] == [BOB.account]


def test_digits_are_erased_while_others_read_and_write(tmp_path):
    samples, _, pieces = make_secrets(1)
    url = f"sqlite:///{tmp_path}/digits.db"
    stop, problems = threading.Event(), []

    def work(seed):
        with Collection.open(url) as elsewhere:
            while not stop.is_set():
                try:
                    elsewhere.add([make_sample(seed := seed + 1)])
                    elsewhere.find()
                except CollectionError as error:
                    problems.append(error)

    with Collection.open(url) as collection:
        agree(collection, "ann")
        with acting_as(ANN):
            collection.add(samples)
        threads = [threading.Thread(target=work, args=(1000 * number,)) for number in (1, 2)]
        for thread in threads:
            thread.start()
        try:
            with acting_as(ANN):
                collection.erase(ANN.account)
            assert count_found(tmp_path, pieces) == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert problems == []


def test_reader_that_never_ends_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(erasure, "_WAIT_SECONDS", 0.0)
    with Collection.open(f"sqlite:///{tmp_path}/digits.db") as collection:
        collection.add([make_sample(1)])
        with collection._engine.connect() as reader:
            reader.exec_driver_sql("SELECT * FROM digits").fetchone()
            with collection._engine.connect() as other:  # The one that erases then.
                other.exec_driver_sql("PRAGMA busy_timeout = 0")
            with pytest.raises(CollectionError, match=r"are deleted, but their bytes may still be .* Delete again"):
                collection.erase("")
        assert collection.count(deleted=None) == 0
        assert collection.erase("").digits == 0  # Once the reader has ended, the bytes go.
