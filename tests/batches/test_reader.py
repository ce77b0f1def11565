"""Sheets are read once, in the background, whoever has read them and however often the reading was ended."""

import hashlib
import threading
import time

import pytest

from digitnet.batches import reader as reading
from digitnet.batches.memory import MemoryStore
from digitnet.batches.pictures import list_pictures
from digitnet.batches.reader import BatchReader, SheetFile
from digitnet.batches.records import FAILED, FORM, READ, WAITING, BatchSettings, SheetPage
from digitnet.batches.tasks import SheetReading
from digitnet.documents.opening import count_pages
from digitnet.errors import CollectionError, ImageError, QuotaError
from digitnet.workers import waiting
from digitnet.workers.turns import FullError
from tests.helpers.batches import SETTINGS, make_entry, make_number


def make_file(name, pages=1):
    content = f"{name} {pages}".encode()
    return SheetFile(name, hashlib.sha256(content).hexdigest(), lambda: content)


@pytest.fixture
def pool(monkeypatch):
    """Stand-ins for the workers: the pages that were read, and what happens to a page by the name of its file."""

    class Pool:
        def __init__(self):
            self.read, self.actions = [], {}

        def run(self, function, content, *arguments, subject):
            if function is count_pages:
                return int(content.split()[1])
            page = arguments[0]
            self.read.append((page.file, page.page))
            if action := self.actions.get(page.file):
                action()
            found = [make_number(0), make_number(1, "7", doubtful=True)]
            return SheetReading(make_entry(found, page.file), found, [b"", b""], (600, 400))

    made = Pool()
    monkeypatch.setattr(waiting, "run_in_worker", made.run)
    monkeypatch.setattr(waiting, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "_RETRY_SECONDS", 0.02)
    return made


@pytest.fixture
def batch(file_store):
    return file_store.create("July", FORM, SETTINGS, template="{}")


def wait_for(condition):
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def finish(reader, files):
    reader.want(files)
    wait_for(lambda: not reader.is_reading)


def list_states(store, batch):
    return [(sheet.page.file, sheet.page.page, sheet.state) for sheet in store.sheets.find(batch.id)]


FILES = [make_file("a.png"), make_file("b.pdf", 3), make_file("c.png")]
ALL = [("a.png", 1), ("b.pdf", 1), ("b.pdf", 2), ("b.pdf", 3), ("c.png", 1)]


@pytest.mark.parametrize("kind", ["database", "memory"])
def test_pages_are_stored_in_the_order_of_files(file_store, batch, pool, kind):
    store = file_store if kind == "database" else MemoryStore()
    reader = BatchReader(batch, store)
    finish(reader, FILES)
    assert list_states(store, batch) == [(*page, READ) for page in ALL]
    assert [(read.sheet.page.file, read.sheet.page.page) for read in reader.sheets.find()] == ALL
    assert len(store.numbers.find(batch.id)) == 2 * len(ALL)
    assert sorted(pool.read) == ALL
    assert not reader.problem


def test_readings_are_noted_for_the_log(file_store, batch, pool, caplog):
    with caplog.at_level("INFO", "digitnet.events"):
        finish(BatchReader(batch, file_store), FILES[:1])
    (facts,) = [record.facts for record in caplog.records if record.message == "reading"]
    assert (facts["source"], facts["model"], facts["width"], facts["height"]) == ("sheet", SETTINGS.model, 600, 400)
    digits = "".join(number.text for number in file_store.numbers.find(batch.id))
    assert facts["digits"] == len(digits)


def test_nothing_is_read_twice_by_another_reader(file_store, batch, pool):
    finish(BatchReader(batch, file_store), FILES[:2])
    again = BatchReader(batch, file_store)
    finish(again, FILES)
    finish(again, FILES)
    assert sorted(pool.read) == ALL
    assert [(read.sheet.page.file, read.sheet.page.page) for read in again.sheets.find()] == ALL


def test_same_sheets_of_another_batch_are_taken_over(file_store, batch, pool):
    finish(BatchReader(batch, file_store), FILES)
    other = file_store.create("August", FORM, SETTINGS, template="{}")
    finish(BatchReader(other, file_store), FILES)
    assert sorted(pool.read) == ALL
    assert file_store.count(other.id).doubtful == len(ALL)


def test_sheet_that_cannot_be_read_says_why_and_is_tried_again_when_added_anew(file_store, batch, pool):
    def fail():
        raise ImageError("This is not the form.")

    pool.actions["a.png"] = fail
    finish(BatchReader(batch, file_store), FILES)
    assert list_states(file_store, batch)[0] == ("a.png", 1, FAILED)
    pool.actions.clear()
    finish(BatchReader(batch, file_store), FILES)
    assert list_states(file_store, batch)[0] == ("a.png", 1, READ)
    assert len(pool.read) == len(ALL) + 1


def test_reading_ends_when_nobody_waits_and_goes_on_later(file_store, batch, pool):
    is_open = threading.Event()
    reader = BatchReader(batch, file_store, is_live=lambda: not is_open.is_set())
    for name in ("a.png", "b.pdf", "c.png"):
        pool.actions[name] = is_open.set
    reader.want([*FILES, *(make_file(f"{number}.png") for number in range(20))])
    wait_for(lambda: reader._threads == 0)
    assert len(pool.read) <= 4
    assert WAITING in {state for *_, state in list_states(file_store, batch)}
    is_open.clear()
    pool.actions.clear()
    finish(reader, FILES)
    assert len(set(pool.read)) == len(pool.read)
    assert {state for name, _, state in list_states(file_store, batch) if not name[0].isdigit()} == {READ}


def test_file_that_is_not_wanted_any_more_is_not_read(file_store, batch, pool):
    gate = threading.Event()
    pool.actions["a.png"] = pool.actions["b.pdf"] = gate.wait
    reader = BatchReader(batch, file_store)
    many = [make_file(f"{number}.png") for number in range(20)]
    reader.want([*FILES[:2], *many])
    reader.want(FILES[:2])
    gate.set()
    wait_for(lambda: reader._threads == 0)
    assert len(pool.read) < 20


def test_busy_workers_are_asked_again(file_store, batch, pool):
    answers = iter([True, True, False])

    def refuse():
        if next(answers):
            raise ImageError("Too many files are being read right now.") from FullError()

    pool.actions["a.png"] = refuse
    finish(BatchReader(batch, file_store), FILES[:1])
    assert (len(pool.read), list_states(file_store, batch)[0][2]) == (3, READ)


def test_full_disk_ends_the_reading_with_its_sentence(file_store, batch, pool, monkeypatch):
    reader = BatchReader(batch, file_store)
    reader.want([])

    def refuse(_):
        raise QuotaError("The disk is nearly full.")

    with monkeypatch.context() as patch:
        patch.setattr("digitnet.batches.sheets.check_database_room", lambda _: None)
        patch.setattr(type(file_store.sheets), "save_reading", lambda *_: refuse(None))
        finish(reader, FILES)
    assert reader.problem == "The disk is nearly full."
    reader.want(FILES)
    assert reader.problem
    reader.resume()
    finish(reader, FILES)
    assert not reader.problem
    assert file_store.count(batch.id).read == len(ALL)


def test_pictures_are_kept_before_anything_is_read(file_store, pool, data):
    batch = file_store.create("July", FORM, BatchSettings("cnn", 0.01, keeps_pictures=True))
    gate = threading.Event()
    pool.actions["a.png"] = gate.wait
    reader = BatchReader(batch, file_store)
    reader.want(FILES)
    assert list_pictures(batch.id) == {file.digest for file in FILES}
    gate.set()
    finish(reader, FILES)


def test_sheets_are_read_although_pictures_cannot_be_kept(file_store, pool, data, monkeypatch):
    def refuse(*_):
        raise CollectionError("No pictures are kept here.")

    monkeypatch.setattr(reading, "keep_picture", refuse)
    batch = file_store.create("July", FORM, BatchSettings("cnn", 0.01, keeps_pictures=True))
    reader = BatchReader(batch, file_store)
    finish(reader, FILES)
    assert reader.note == "No pictures are kept here."
    assert file_store.count(batch.id).read == len(ALL)


def test_file_that_is_gone_stays_to_be_read(file_store, batch, pool):
    reader = BatchReader(batch, file_store)
    finish(reader, [FILES[0]._replace(load=lambda: None)])
    assert list_states(file_store, batch) == [("a.png", 1, WAITING)]


def test_two_tabs_read_each_sheet_once_and_both_show_all(file_store, batch, pool):
    gate = threading.Event()
    for name in ("a.png", "b.pdf", "c.png"):
        pool.actions[name] = gate.wait
    tabs = [BatchReader(batch, file_store) for _ in range(2)]
    for tab in tabs:
        tab.want(FILES)
    gate.set()
    for tab in tabs:
        finish(tab, FILES)
        assert [(read.sheet.state, len(read.numbers)) for read in tab.sheets.find()] == [(READ, 2)] * len(ALL)
    assert sorted(pool.read) == ALL


def test_sheets_that_another_tab_has_read_are_taken_over_with_their_numbers(file_store, batch, pool):
    tab = BatchReader(batch, file_store)
    finish(BatchReader(batch, file_store), FILES)
    finish(tab, FILES)
    assert [(read.sheet.state, len(read.numbers)) for read in tab.sheets.find()] == [(READ, 2)] * len(ALL)
    assert sorted(pool.read) == ALL


def test_stopped_reading_goes_on_only_when_resumed(file_store, batch, pool):
    gate = threading.Event()
    pool.actions["b.pdf"] = gate.wait
    reader = BatchReader(batch, file_store)
    reader.want(FILES)
    wait_for(lambda: pool.read and ("b.pdf", 1) in pool.read)
    reader.stop()
    gate.set()
    finish(reader, FILES)
    done, total = reader.count()
    assert (reader.is_stopped, done < total) == (True, True)
    count = len(pool.read)
    reader.want(FILES)
    assert (reader.is_reading, len(pool.read)) == (False, count)
    reader.resume()
    finish(reader, FILES)
    assert reader.count() == (3, 3)
    assert {state for *_, state in list_states(file_store, batch)} == {READ}


def test_further_files_are_read_after_a_stop(file_store, batch, pool):
    reader = BatchReader(batch, file_store)
    reader.want(FILES[:1])
    reader.stop()
    finish(reader, FILES)
    assert (reader.is_stopped, reader.count()) == (False, (3, 3))


def test_files_left_by_a_problem_are_not_done(file_store, batch, pool):
    def refuse():
        raise QuotaError("Enough for today.")

    pool.actions["a.png"] = refuse
    reader = BatchReader(batch, file_store)
    finish(reader, FILES[:1])
    assert (reader.problem, reader.count()) == ("Enough for today.", (0, 1))


def test_reader_of_a_deleted_batch_can_be_stopped(file_store, batch, pool):
    reader = BatchReader(batch, file_store)
    finish(reader, FILES)
    file_store.delete(batch.id)
    reader.stop()
    assert not reader.is_reading


def test_sheets_without_files_are_left_to_read(file_store, batch, pool):
    file_store.sheets.add(batch.id, [SheetPage(file.name, file.digest) for file in FILES])
    reader = BatchReader(batch, file_store)
    finish(reader, FILES[:1])
    assert reader.count_left() == 2


def test_removed_sheet_is_read_again_only_once_its_file_is_added_anew(file_store, batch, pool):
    first, second = make_file("a"), make_file("b")
    reader = BatchReader(batch, file_store)
    reader.want([first, second])
    wait_for(lambda: reader.count() == (2, 2))
    [gone] = [sheet.id for sheet in file_store.sheets.find(batch.id) if sheet.page.file == "b"]
    file_store.sheets.remove(batch.id, [gone])
    reader.forget([gone])
    reader.want([first, second])
    assert ([read.sheet.page.file for read in reader.sheets.find()], reader.count()) == (["a"], (1, 1))
    reader.want([first])
    reader.want([first, second])
    wait_for(lambda: reader.count() == (2, 2))
    assert sorted(pool.read) == [("a", 1), ("b", 1), ("b", 1)]
    assert len(file_store.sheets.find(batch.id)) == 2
