"""A Ray cluster of this machine reads the same rows as the reading processes do, also if its actors are killed."""

import os
import pickle
import signal
from functools import partial
from threading import Event

import psutil
import pytest
from PIL import Image

from digitnet.archive import ray_engine
from digitnet.archive.item_reader import Outcome, PutOff
from digitnet.archive.items import Item
from digitnet.archive.job import read_archive
from digitnet.archive.local_engine import read_on_this_machine
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.ray_engine import read_on_ray
from digitnet.archive.rows import Row
from digitnet.archive.silence import StoreError
from digitnet.errors import ClusterError, ModelError
from digitnet.models.store import compute_digest, load_tflite
from digitnet.workers.cluster import LOCAL, connected
from tests.archive.conftest import list_rows
from tests.helpers.document_files import encode
from tests.helpers.ray_marks import RAY_MARKS
from tests.helpers.samples import SAMPLES

pytestmark = RAY_MARKS
COUNT = 150


@pytest.fixture(scope="module")
def cluster():
    earlier = signal.signal(signal.SIGTERM, note_end)
    with connected(LOCAL, 2) as processors:
        yield processors
    signal.signal(signal.SIGTERM, earlier)


def note_end(*_):
    """Stands in for what a command does when it is to end."""


@pytest.fixture(scope="module")
def known():
    return ArchiveOptions("cnn", compute_digest(load_tflite("cnn")))


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """A folder of small pictures, among them one of three pages and files that are none."""
    folder = tmp_path_factory.mktemp("scans")
    for number in range(COUNT):
        with Image.open(SAMPLES / "even.jpg") as photo:
            left = 130 + number % 5
            photo.crop((left, 80, 1120, 290)).resize((247, 52)).save(folder / f"{number:03d}.png")
    with Image.open(folder / "000.png") as first, Image.open(folder / "001.png") as second:
        (folder / "pages.tif").write_bytes(encode([first, second, first], "TIFF"))
    (folder / "bad.png").write_text("no picture")
    (folder / "empty.png").write_text("")
    return folder


@pytest.fixture(scope="module")
def expected(scans, known, tmp_path_factory):
    """The rows that the reading processes make."""
    out = tmp_path_factory.mktemp("here") / "out"
    read_archive(str(scans), out, known, partial(read_on_this_machine, workers=2))
    rows = list_rows(out)
    assert len({row["file"] for row in rows}) == COUNT + 3
    assert [row["page"] for row in rows if row["file"] == "pages.tif"] == [1, 2, 3]
    return rows


def find_actors():
    """Return the processes of this test's cluster that hold readers."""
    children = psutil.Process(os.getpid()).children(recursive=True)
    return [child for child in children if "RayReader" in " ".join(child.cmdline())]


def test_cluster_has_the_processors_that_it_was_given(cluster):
    assert cluster == 2
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


def test_request_to_end_is_the_commands_own_with_a_cluster_too(cluster):
    assert signal.getsignal(signal.SIGTERM) is note_end


def test_rows_are_the_same_though_actors_are_killed_twice(cluster, scans, known, expected, tmp_path):
    killed = []

    def kill(progress):
        if len(killed) < 2 and progress.files > 40 * len(killed):
            actor = next(actor for actor in find_actors() if actor.pid not in killed)
            actor.kill()
            killed.append(actor.pid)

    progress = read_archive(str(scans), tmp_path / "out", known, partial(read_on_ray, workers=2), kill)
    assert len(set(killed)) == 2
    assert progress.files == COUNT + 3
    assert list_rows(tmp_path / "out") == expected


def test_reading_that_began_here_goes_on_there(cluster, scans, known, expected, tmp_path):
    def read_some(items, options, stopping):
        for count, outcome in enumerate(read_on_this_machine(items, options, stopping, workers=1)):
            yield outcome
            if count == 2:
                return

    begun = read_archive(str(scans), tmp_path / "out", known, read_some)
    assert 0 < begun.files < COUNT
    rest = read_archive(str(scans), tmp_path / "out", known, partial(read_on_ray, workers=1))
    assert rest.earlier + rest.files == COUNT + 3
    assert list_rows(tmp_path / "out") == expected


def test_archive_is_handed_over_in_windows(cluster, scans, known, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(ray_engine, "_FIRST_ITEMS", 20)
    monkeypatch.setattr(ray_engine, "MAX_WINDOW_ITEMS", 60)
    read_archive(str(scans), tmp_path / "out", known, partial(read_on_ray, workers=2))
    assert list_rows(tmp_path / "out") == expected


@pytest.mark.parametrize(
    ("seconds", "block", "window"), [(0.1, 10, 9000), (0.0001, 2048, 9200), (30.0, 1, 30), (None, 2048, 9200)]
)
def test_later_blocks_take_about_a_second_and_windows_their_time(options, monkeypatch, seconds, block, window):
    monkeypatch.setattr(ray_engine, "WINDOW_SECONDS", 300.0)
    windows = []

    def read_window(blocks, options, workers, stopping):
        windows.append([len(block) for block in blocks])
        for items in blocks:
            names = [item.name for item in items]
            yield Outcome(names, [Row(name, 1, seconds=seconds) for name in names])

    monkeypatch.setattr(ray_engine, "read_blocks", read_window)
    count = 3 * 64 + 9200
    items = (Item(str(number), "") for number in range(count))
    outcomes = list(read_on_ray(items, options, Event(), 3))
    assert windows[0] == [4] * 48
    assert windows[1] == [block] * (window // block) + [window % block] * (window % block > 0)
    assert [name for outcome in outcomes for name in outcome.items] == list(map(str, range(count)))


def test_each_actor_has_a_share_of_a_short_window(options, monkeypatch):
    sizes = []

    def read_window(blocks, options, workers, stopping):
        sizes.append([len(block) for block in blocks])
        for items in blocks:
            names = [item.name for item in items]
            yield Outcome(names, [Row(name, 1, seconds=0.001) for name in names])

    monkeypatch.setattr(ray_engine, "read_blocks", read_window)
    list(read_on_ray((Item(str(number), "") for number in range(3 * 64 + 100)), options, Event(), 3))
    assert sizes == [[4] * 48, [34, 34, 32]]


def test_blocks_grow_with_the_actors():
    assert [ray_engine.find_block_seconds(count) for count in (1, 2, 1000)] == [1.0, 1.0, 30.0]


def test_error_of_the_model_ends_the_reading(cluster, scans, tmp_path):
    with pytest.raises(ModelError, match="is not the one that the archive is read with"):
        read_archive(str(scans), tmp_path / "out", ArchiveOptions("cnn", "0" * 64), partial(read_on_ray, workers=1))


def test_cluster_that_does_not_answer_is_a_sentence(monkeypatch):
    import ray

    def fail(*_, **__):
        raise ConnectionError("nobody")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", fail)
    with (
        pytest.raises(ClusterError, match=r"The Ray cluster at '127.0.0.1:1' does not answer"),
        connected("127.0.0.1:1"),
    ):
        pass


def test_files_that_are_put_off_are_not_lost(options, monkeypatch):
    put_off = PutOff("b", "files.example", StoreError("It is silent."), is_whole=True)
    outcomes = [Outcome(["a"], [Row("a", 1)], (put_off,)), Outcome(["c"], [Row("c", 1)])]
    monkeypatch.setattr(ray_engine, "_iterate_outcomes", lambda *_: iter(outcomes))
    blocks = [[Item("a", ""), Item("b", "")], [Item("c", "")]]
    assert list(ray_engine.read_blocks(blocks, options, 1, Event())) == outcomes
    assert pickle.loads(pickle.dumps(put_off)).silence.reason == "the server does not answer"
