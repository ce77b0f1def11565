import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import DigitnetError
from digitnet.collection.collection import Collection
from digitnet.collection.samples import HELD_OUT_SHARE, PNG_SIGNATURE, Sample, StoredDigit, clean_text
from digitnet.errors import CollectionError
from digitnet.labels import NOT_A_DIGIT
from digitnet.paths import ROOT


def sample(number, label=3, **fields):
    """A digit that no other number gives."""
    picture = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(picture, PNG_SIGNATURE + b"crop %d" % number, label, **fields)


@pytest.fixture
def kept(database):
    """An empty collection, on SQLite and on PostgreSQL."""
    with Collection.open(database) as opened:
        yield opened


@pytest.fixture
def file(tmp_path):
    return f"sqlite:///{tmp_path}/digits.db"


def run(code, *arguments, **settings):
    """Run Python code as a process of its own; `kept` is the collection of the first argument."""
    start = (
        "import sys; from digitnet.collection.collection import Collection;"
        "from tests.collection.test_collection import sample;"
        "kept = Collection.open(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", start + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def test_everything_of_a_sample_is_kept(kept):
    before = datetime.now(UTC)
    given = sample(1, 7, read=1, confidence=0.625, model="cnn", source="photo", file="page.jpg", writer="Ann")
    assert kept.add([given]).stored == 1
    (found,) = kept.find()
    for name in ("crop", "label", "read", "confidence", "model", "source", "file", "writer"):
        assert getattr(found, name) == getattr(given, name)
    assert np.array_equal(found.picture, given.picture)
    assert before <= found.added <= datetime.now(UTC)
    assert found.added.tzinfo is UTC
    assert not found.deleted


def test_same_digit_is_kept_once_and_the_newest_label_wins(kept):
    kept.add([sample(1, 3, writer="Ann"), sample(2, 4)])
    added = kept.add([sample(1, 5), sample(2, 4), sample(3, 6)])
    assert (added.stored, added.relabeled, added.known) == (1, 1, 1)
    assert [(digit.label, digit.writer) for digit in kept.find(order="oldest")] == [(5, "Ann"), (4, ""), (6, "")]


def test_same_digit_twice_at_once_is_kept_once(kept):
    added = kept.add([sample(1, 3), sample(1, 8)])
    assert (added.stored, added.relabeled, added.known) == (1, 0, 1)
    assert kept.find()[0].label == 8


def test_nothing_to_add_is_nothing_done(kept):
    before = kept.get_version()
    assert kept.add([]).stored == 0
    assert kept.get_version() == before


def test_deleted_digit_comes_back_when_it_is_added_again(kept):
    kept.add([sample(1)])
    kept.delete([kept.find()[0].id])
    assert kept.count() == 0
    assert kept.add([sample(1)]).relabeled == 1
    assert kept.count() == 1


def test_undo_takes_back_new_digits_and_new_labels(kept):
    kept.add([sample(1, 3, read=8, confidence=0.5, model="cnn", writer="Ann"), sample(2, 4)])
    kept.delete([kept.find(labels=[4])[0].id])
    before = [vars(digit) | {"picture": None} for digit in kept.find(deleted=None, order="oldest")]
    added = kept.add([sample(1, 5, read=2, confidence=0.75, model="mlp", writer="Bo"), sample(2, 4), sample(3, 6)])
    assert kept.undo(added.batch) == 3
    assert [vars(digit) | {"picture": None} for digit in kept.find(deleted=None, order="oldest")] == before
    assert kept.undo(added.batch) == 0


def test_undo_leaves_what_was_changed_since(kept):
    first = kept.add([sample(1, 3), sample(2, 3), sample(3, 3)])
    kept.relabel([kept.find(order="oldest")[0].id], 9)
    second = kept.add([sample(2, 5)])
    assert kept.undo(first.batch) == 1
    assert kept.undo(second.batch) == 1
    assert [digit.label for digit in kept.find(order="oldest")] == [9, 3]


def test_undo_of_additions_one_by_one_leads_back_to_nothing(kept):
    batches = [kept.add([sample(number, label) for number in range(5)]).batch for label in (1, 2, 3)]
    assert [kept.undo(batch) for batch in reversed(batches)] == [5, 5, 5]
    assert kept.count(deleted=None) == 0


def test_unknown_addition_is_nothing_to_undo(kept):
    assert kept.undo("nosuch") == 0


def test_digits_are_relabelled_deleted_and_restored(kept):
    kept.add([sample(number) for number in range(4)])
    ids = [digit.id for digit in kept.find(order="oldest")]
    assert kept.relabel(ids[:2], NOT_A_DIGIT) == 2
    assert kept.relabel(ids[:3], NOT_A_DIGIT) == 1
    assert kept.delete(ids[1:]) == 3
    assert kept.delete(ids) == 1
    assert kept.restore(ids[:1]) == 1
    assert [(digit.id, digit.label) for digit in kept.find()] == [(ids[0], NOT_A_DIGIT)]
    assert kept.find(deleted=True, order="oldest", limit=1)[0].id == ids[1]
    assert kept.count(deleted=None) == 4


def test_digits_are_found_by_label_writer_source_and_date(kept):
    kept.add([sample(1, 1, writer="Ann"), sample(2, 2, writer="Bo", source="photo"), sample(3, 10, source="import")])
    found = {number: kept.find(labels=[number]) for number in (1, 2, 10)}
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
        assert kept.count(**filters) == len(kept.find(**filters)) == count, filters


def test_digits_are_found_page_by_page_and_in_order(kept):
    moment = datetime(2024, 1, 31, tzinfo=UTC)
    samples = [sample(number, 9 - number % 3) for number in range(7)]
    kept.add([exported(each, added=moment + timedelta(days=day)) for day, each in enumerate(samples)])
    newest = [digit.added.day for digit in kept.find()]
    assert newest == [6, 5, 4, 3, 2, 1, 31]
    assert [digit.added.day for digit in kept.find(limit=3, offset=2)] == newest[2:5]
    assert [digit.added.day for digit in kept.find(offset=5)] == newest[5:]
    assert [digit.added for digit in kept.find(order="oldest")] == [digit.added for digit in kept.find()][::-1]
    assert [digit.label for digit in kept.find(order="label")] == [7, 7, 8, 8, 9, 9, 9]
    with pytest.raises(CollectionError, match="Expected an order"):
        kept.find(order="id; DROP TABLE digits")


def exported(each, added, deleted=False):
    return StoredDigit(**vars(each), id=0, digest="", added=added, deleted=deleted)


def test_exported_digit_keeps_its_time_and_stays_deleted(kept):
    moment = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    kept.add([exported(sample(1), moment), exported(sample(2), moment, deleted=True)])
    assert [(digit.added, digit.deleted) for digit in kept.find(deleted=None)] == [(moment, True), (moment, False)]
    assert kept.add([exported(sample(1), moment, deleted=True)]).known == 1
    assert kept.count() == 1


def test_counts_and_writers_leave_deleted_digits_out(kept):
    kept.add([sample(number, number % 3, writer=("ann", "Bo", "Zoë")[number % 3]) for number in range(9)])
    kept.delete([digit.id for digit in kept.find(labels=[2])])
    assert kept.count_by_label().tolist() == [3, 3] + 9 * [0]
    assert kept.count_by_label(writers=["Bo"]).tolist() == [0, 3] + 9 * [0]
    assert kept.list_writers() == ["ann", "Bo"]


def test_a_fixed_share_is_held_out_by_digest_alone(kept):
    kept.add([sample(number, number % 11, writer="ab"[number % 2]) for number in range(400)])
    held_out, other = kept.load_digits(held_out=True), kept.load_digits(held_out=False)
    assert len(held_out.labels) + len(other.labels) == len(kept.load_digits().labels) == 400
    assert abs(len(held_out.labels) / 400 - HELD_OUT_SHARE) < 0.05
    assert {digit.digest for digit in kept.find() if digit.held_out} == {d.digest for d in kept.find(held_out=True)}
    assert set(kept.load_digits(writers=["a"]).labels.tolist()) == set(range(11))
    assert len(kept.load_digits(writers=["a"], held_out=True).labels) == kept.count(writers=["a"], held_out=True)


def test_digits_for_training_are_those_that_were_added(kept):
    assert kept.load_digits().images.shape == (0, 28, 28)
    samples = [sample(number, number) for number in range(11)]
    kept.add(samples)
    digits = kept.load_digits()
    assert np.array_equal(digits.images, [each.picture for each in samples])
    assert digits.labels.tolist() == list(range(11))
    assert (digits.images.dtype, digits.labels.dtype) == (np.uint8, np.uint8)


def test_version_changes_with_every_write_of_anyone(kept, database):
    with Collection.open(database) as other:
        versions = [kept.get_version()]
        batch = other.add([sample(1)]).batch
        versions.append(kept.get_version())
        other.relabel([1], 5)
        versions.append(kept.get_version())
        other.undo(batch)
        versions.append(kept.get_version())
        assert len(set(versions)) == 4
        assert kept.get_version() == other.get_version()


def test_thousands_at_once_are_one_addition(kept):
    digits = [sample(number, number % 11) for number in range(2500)]
    assert kept.add(digits).stored == 2500
    assert kept.add([replace(digit, label=1) for digit in digits[:2000]]).relabeled == 2000 - 182
    assert kept.delete(range(1, 2400)) == 2399


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"picture": np.zeros((28, 28), np.float32)}, r"Expected a picture of uint8 \(28, 28\). Received: float32"),
        ({"picture": np.zeros((20, 20), np.uint8)}, r"Received: uint8 \(20, 20\)"),
        ({"picture": None}, "Received: NoneType"),
        ({"crop": b"GIF89a"}, "crop as a PNG"),
        ({"crop": PNG_SIGNATURE + bytes(2**20)}, "at most 1 MB"),
        ({"label": 11}, "Expected a label from 0 to 9, or 10 for no digit. Received: 11"),
        ({"label": True}, "Received: True"),
        ({"read": -1}, "Expected a label"),
        ({"confidence": 1.5}, "between 0 and 1"),
        ({"confidence": float("nan")}, "between 0 and 1"),
        ({"source": "moon"}, "out of canvas, photo, import. Received: 'moon'"),
    ],
)
def test_wrong_sample_is_refused_and_the_others_with_it(kept, fields, sentence):
    with pytest.raises(CollectionError, match=sentence):
        kept.add([sample(1), replace(sample(2), **fields)])
    assert kept.count() == 0


def test_wrong_label_is_not_given(kept):
    kept.add([sample(1)])
    with pytest.raises(CollectionError, match="Expected a label"):
        kept.relabel([1], 12)
    assert kept.find()[0].label == 3


@given(st.text(), st.integers(1, 90))
def test_cleaned_text_is_short_plain_and_stays_as_it_is(text, most):
    cleaned = clean_text(text, most)
    assert len(cleaned) <= most
    assert cleaned.encode("utf-8").find(b"\0") == -1
    assert clean_text(cleaned, most) == cleaned


def test_any_name_is_kept(kept):
    names = ["Zoë", "小明", "'; DROP TABLE digits; --", "a\0b", "\ud800", " two\n lines ", "n" * 300, "%s", "😀"]
    kept.add([sample(number, writer=name, file=name) for number, name in enumerate(names)])
    found = [digit.writer for digit in kept.find(order="oldest")]
    assert found == ["Zoë", "小明", "'; DROP TABLE digits; --", "a b", "?", "two lines", "n" * 80, "%s", "😀"]
    assert kept.count(writers=found) == len(names)


def test_digits_of_two_processes_are_all_kept(database):
    code = """
print("ready", flush=True)
sys.stdin.readline()
for first in range(int(sys.argv[2]), int(sys.argv[2]) + 1000, 5):
    kept.add([sample(number, number % 10) for number in range(first, first + 5)])
"""
    writers = [run(code, database, first, stdin=subprocess.PIPE) for first in (0, 1000)]
    assert [process.stdout.readline() for process in writers] == ["ready\n", "ready\n"]
    for process in writers:  # both at once
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in writers:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with Collection.open(database) as kept:
        assert kept.count() == 2000
        assert {digit.crop for digit in kept.find()} == {sample(number).crop for number in range(2000)}


def test_same_digits_of_many_threads_are_kept_once(kept):
    added = []

    def add():
        added.extend(kept.add([sample(number, 4)]) for number in range(20))

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.stored for each in added) == kept.count() == 20
    assert sum(each.known for each in added) == 80


def test_kill_in_the_middle_of_writing_loses_nothing_that_was_acknowledged(kept, database):
    code = "for number in range(100_000): kept.add([sample(number)]); print(number, flush=True)"
    for _ in range(2):
        process = run(code, database)
        for _ in range(30):
            process.stdout.readline()
        process.kill()
        rest, _ = process.communicate()
        last = int(rest.split()[-1]) if rest.endswith("\n") and rest.split() else 29
        assert {sample(number).crop for number in range(last + 1)} <= {digit.crop for digit in kept.find()}
        assert kept.add([sample(10**6)]).batch
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
def test_full_disk_is_said_and_loses_nothing(file):
    """A limit on the size of files stands for the disk."""
    code = """
import resource
from digitnet.errors import CollectionError
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for number in range(1000): kept.add([sample(number) for number in range(number * 20, number * 20 + 20)])
except CollectionError as error:
    print(number, kept.count(), error)
"""
    output, errors = run(code, file).communicate(timeout=60)
    times, count, sentence = output.split(" ", 2)
    assert (int(count), errors) == (20 * int(times), "")
    assert sentence == "The digits cannot be saved: the disk is full or cannot be written.\n"
    with Collection.open(file) as kept:
        assert kept.count() == int(count)
        assert kept.add([sample(10**6)]).stored == 1


def test_durable_settings_hold_in_every_connection(file):
    with Collection.open(file) as kept, kept._engine.connect() as first, kept._engine.connect() as second:
        for connection in (first, second):
            settings = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert settings == ["wal", 2, 1, 30_000]


def test_file_that_another_program_keeps_locked_is_said(file, monkeypatch):
    monkeypatch.setattr("digitnet.collection.database._PATIENCE", 0.1)
    with Collection.open(file) as kept:
        kept.add([sample(1)])
        with closing(sqlite3.connect(file.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert kept.count() == 1  # whoever only reads is not kept waiting
            with pytest.raises(CollectionError, match="cannot be saved: another program keeps it locked; try again"):
                kept.add([sample(2)])
        assert kept.add([sample(2)]).stored == 1


def test_default_is_a_file_in_the_data_folder(data):
    with Collection.open() as kept:
        kept.add([sample(1)])
    assert [path.name for path in data.iterdir()] == ["digits.db"]


def test_database_is_the_one_of_the_environment(data, monkeypatch, database):
    monkeypatch.setenv("DIGITNET_DATABASE_URL", database)
    with Collection.open() as kept, Collection.open(database) as same:
        kept.add([sample(1)])
        assert same.count() == 1
    assert not data.exists()


def test_forgotten_collection_closes_its_connections(file, tmp_path):
    Collection.open(file).add([sample(1)])
    assert [path.name for path in tmp_path.iterdir()] == ["digits.db"]  # what is written ahead goes with the last


def test_closed_collection_opens_again(kept):
    kept.close()
    assert kept.count() == 0


@pytest.mark.parametrize("url", ["mysql://me:secret@host/x", "sqlite://", "sqlite:///:memory:", "no url", "/data.db"])
def test_other_databases_are_refused_without_telling_the_password(url):
    with pytest.raises(CollectionError, match="Expected a database as sqlite:///FILE or postgresql://") as error:
        Collection.open(url)
    assert "secret" not in str(error.value)


def test_server_that_is_not_there_is_said():
    url = "postgresql://me:secret@/digits?host=/nosuch"
    with pytest.raises(CollectionError, match="cannot be opened: the database server does not let us in") as error:
        Collection.open(url)
    assert "secret" not in str(error.value)


def test_file_that_is_no_database_is_said_and_left_alone(tmp_path, file):
    (tmp_path / "digits.db").write_bytes(b"no database " * 1000)
    with pytest.raises(CollectionError, match="cannot be opened: the file is damaged or is none of SQLite's"):
        Collection.open(file)
    assert (tmp_path / "digits.db").read_bytes() == b"no database " * 1000


def test_folder_that_cannot_be_made_is_said(data):
    data.write_text("no folder")
    with pytest.raises(CollectionError, match="folder for the digits cannot be made: File exists"):
        Collection.open()


def test_damaged_file_is_said(tmp_path, file):
    with Collection.open(file) as kept:
        kept.add([sample(number) for number in range(200)])
    content = bytearray((tmp_path / "digits.db").read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    (tmp_path / "digits.db").write_bytes(content)
    with pytest.raises(DigitnetError, match="the file is damaged; put a copy of it in its place"):
        Collection.open(file).find()


def test_new_collection_may_be_opened_by_many_at_once(database):
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(Collection.open(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, kept in enumerate(opened):
        with kept:
            assert kept.add([sample(number)]).stored == 1
            assert kept.count() == number + 1
