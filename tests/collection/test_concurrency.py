import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from digitnet.collection.collection import Collection
from digitnet.paths import ROOT
from tests.helpers.user_digits import make_sample

pytestmark = pytest.mark.slow


def start_process(code, *arguments, **settings):
    """Run Python code in a process, with `collection` opened at the URL of the first argument."""
    start = (
        "import sys; from digitnet.collection.collection import Collection;"
        "from tests.helpers.user_digits import make_sample;"
        "collection = Collection.open(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", start + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def test_digits_of_two_processes_are_all_stored(database):
    code = """
print("ready", flush=True)
sys.stdin.readline()
for first in range(int(sys.argv[2]), int(sys.argv[2]) + 1000, 5):
    collection.add([make_sample(number, number % 10) for number in range(first, first + 5)])
"""
    writers = [start_process(code, database, first, stdin=subprocess.PIPE) for first in (0, 1000)]
    assert [process.stdout.readline() for process in writers] == ["ready\n", "ready\n"]
    for process in writers:  # Start both at once.
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in writers:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    with Collection.open(database) as collection:
        assert collection.count() == 2000
        assert {digit.crop for digit in collection.find()} == {make_sample(number).crop for number in range(2000)}


def test_same_digits_of_many_threads_are_stored_once(collection):
    added = []

    def add():
        added.extend(collection.add([make_sample(number, 4)]) for number in range(20))

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(addition.stored for addition in added) == collection.count() == 20
    assert sum(addition.known for addition in added) == 80


def test_killed_process_loses_no_acknowledged_digit(collection, database):
    code = "for number in range(100_000): collection.add([make_sample(number)]); print(number, flush=True)"
    for _ in range(2):
        process = start_process(code, database)
        for _ in range(30):
            process.stdout.readline()
        process.kill()
        rest, _ = process.communicate()
        last = int(rest.split()[-1]) if rest.endswith("\n") and rest.split() else 29
        assert {make_sample(number).crop for number in range(last + 1)} <= {digit.crop for digit in collection.find()}
        assert collection.add([make_sample(10**6)]).batch
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
def test_full_disk_raises_an_error_and_loses_nothing(file_url):
    """A limit on the size of files stands for the full disk."""
    code = """
import resource
from digitnet.errors import CollectionError
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for number in range(1000): collection.add([make_sample(number) for number in range(number * 20, number * 20 + 20)])
except CollectionError as error:
    print(number, collection.count(), error)
"""
    output, errors = start_process(code, file_url).communicate(timeout=300)
    times, count, sentence = output.split(" ", 2)
    assert (int(count), errors) == (20 * int(times), "")
    assert sentence == "The digits cannot be saved: the disk is full or cannot be written.\n"
    with Collection.open(file_url) as collection:
        assert collection.count() == int(count)
        assert collection.add([make_sample(10**6)]).stored == 1


def test_new_collection_is_opened_by_many_threads(database):
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(Collection.open(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, collection in enumerate(opened):
        with collection:
            assert collection.add([make_sample(number)]).stored == 1
            assert collection.count() == number + 1
