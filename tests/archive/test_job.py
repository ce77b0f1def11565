"""A reading that is stopped, killed or has failed is gone on with: no row is lost, none is there twice."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from itertools import islice

import pytest

from digitnet.archive.job import read_archive
from digitnet.archive.parts import list_parts
from digitnet.errors import ArchiveError, ModelError
from digitnet.paths import ROOT
from digitnet.reading.hints import Hints
from tests.archive.conftest import list_files, make_outcome, read_names

ALL = sorted(2 * [*(f"{number}.png" for number in range(10)), "deep/a.png", "deep/deeper/b.png"])


def test_all_files_are_read_once(folder, tmp_path, options):
    reports = []
    progress = read_archive(str(folder), tmp_path / "out", options, read_names, reports.append)
    assert (progress.files, progress.rows, progress.errors) == (12, 24, 0)
    assert [report.files for report in reports] == list(range(1, 13))
    assert list_files(tmp_path / "out") == ALL


def test_second_start_reads_only_new_files(folder, tmp_path, options):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    (folder / "bad.png").write_text("")
    progress = read_archive(str(folder), tmp_path / "out", options, read_names)
    assert (progress.earlier, progress.files, progress.errors) == (12, 1, 1)
    assert read_archive(str(folder), tmp_path / "out", options, read_names).errors == 1
    assert list_files(tmp_path / "out") == sorted([*ALL, "bad.png", "bad.png"])


def test_archive_without_files_is_a_sentence(tmp_path, options):
    (tmp_path / "scans").mkdir()
    with pytest.raises(ArchiveError, match="There are no files in"):
        read_archive(str(tmp_path / "scans"), tmp_path / "out", options, read_names)


def test_stop_keeps_what_was_begun_and_leaves_the_rest(folder, tmp_path, options):
    stopping = threading.Event()

    def stop_after_five(progress):
        if progress.files == 5:
            stopping.set()

    first = read_archive(str(folder), tmp_path / "out", options, read_names, stop_after_five, stopping)
    assert first.files == 5
    assert len(list_files(tmp_path / "out")) == 10
    second = read_archive(str(folder), tmp_path / "out", options, read_names)
    assert (second.earlier, second.files) == (5, 7)
    assert list_files(tmp_path / "out") == ALL


def test_failure_keeps_what_was_read(folder, tmp_path, options):
    def fail_after_three(items, options, stopping):
        yield from (make_outcome([item]) for item in islice(items, 3))
        raise ModelError("The model is gone.")

    with pytest.raises(ModelError):
        read_archive(str(folder), tmp_path / "out", options, fail_after_three)
    assert len(list_files(tmp_path / "out")) == 6
    read_archive(str(folder), tmp_path / "out", options, read_names)
    assert list_files(tmp_path / "out") == ALL


def test_rows_of_other_items_are_refused(folder, tmp_path, options):
    def mix_up(items, options, stopping):
        outcomes = [make_outcome([item]) for item in items]
        yield outcomes[0]._replace(rows=outcomes[1].rows)

    with pytest.raises(ArchiveError, match="rows of other files"):
        read_archive(str(folder), tmp_path / "out", options, mix_up)
    assert list_parts(tmp_path / "out") == []


def test_file_that_is_named_twice_is_read_once(folder, tmp_path, options):
    (folder / "list.csv").write_text("0.png\n1.png\n0.png\n")
    read_archive(str(folder / "list.csv"), tmp_path / "out", options, read_names)
    assert list_files(tmp_path / "out") == ["0.png"] * 2 + ["1.png"] * 2


_KILLED = """
import os, sys, threading
from pathlib import Path
from digitnet.archive import job, parts
from digitnet.archive.options import ArchiveOptions
from tests.archive.conftest import make_outcome

class Small(parts.PartWriter):
    def __init__(self, folder):
        super().__init__(folder, max_rows=4)

def read(items, options, stopping):
    for count, item in enumerate(items):
        if count == int(sys.argv[3]):
            os.kill(os.getpid(), 9)
        yield make_outcome([item])

if sys.argv[4] == "in a part":
    write = parts.pq.write_table
    def write_half(table, file, **settings):
        file.write(b"PAR1 half of it"); file.flush()
        os.kill(os.getpid(), 9)
    parts.pq.write_table = write_half
job.PartWriter = Small
job.read_archive(sys.argv[1], Path(sys.argv[2]), ArchiveOptions("cnn", "0" * 64), read)
"""


@pytest.mark.slow
@pytest.mark.parametrize("place", ["between", "in a part"])
@pytest.mark.parametrize("count", [0, 3, 11])
def test_kill_at_any_place_loses_and_doubles_nothing(folder, tmp_path, options, place, count):
    command = [sys.executable, "-c", _KILLED, str(folder), str(tmp_path / "out"), str(count), place]
    assert subprocess.run(command, cwd=ROOT).returncode == -9
    progress = read_archive(str(folder), tmp_path / "out", options, read_names)
    assert progress.earlier + progress.files == 12
    assert list_files(tmp_path / "out") == ALL
    assert [path.name for path in (tmp_path / "out").glob(".part*")] == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"model": "mlp"}, "another model;"),
        ({"digest": "1" * 64}, "network of the model"),
        ({"hints": Hints(dark_on_light=True)}, "knowledge of the pictures"),
        ({"template": "{}"}, "template"),
        ({"risk": 0.5}, "risk"),
    ],
)
def test_other_settings_are_refused_and_nothing_is_changed(folder, tmp_path, options, change, word):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    (folder / "new.png").write_text("")
    with pytest.raises(ArchiveError, match=word):
        read_archive(str(folder), tmp_path / "out", replace(options, **change), read_names)
    assert list_files(tmp_path / "out") == ALL


def test_other_source_is_refused(folder, tmp_path, options):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    with pytest.raises(ArchiveError, match="another source"):
        read_archive(str(folder / "deep"), tmp_path / "out", options, read_names)


@pytest.mark.parametrize("content", ["no settings", "[]", "{}"])
def test_damaged_settings_are_a_sentence(folder, tmp_path, options, content):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    (tmp_path / "out" / "_settings.json").write_text(content)
    with pytest.raises(ArchiveError, match="is damaged"):
        read_archive(str(folder), tmp_path / "out", options, read_names)


def test_results_without_settings_are_refused(folder, tmp_path, options):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    (tmp_path / "out" / "_settings.json").unlink()
    with pytest.raises(ArchiveError, match="unknown settings"):
        read_archive(str(folder), tmp_path / "out", options, read_names)


def test_second_process_is_turned_away(folder, tmp_path, options):
    def read_in_turn(items, options, stopping):
        with pytest.raises(ArchiveError, match="Another process writes"):
            read_archive(str(folder), tmp_path / "out", options, read_names)
        yield from read_names(items, options, stopping)

    read_archive(str(folder), tmp_path / "out", options, read_in_turn)
    assert list_files(tmp_path / "out") == ALL


def test_settings_say_how_the_results_were_read(folder, tmp_path, options):
    read_archive(str(folder), tmp_path / "out", options, read_names)
    settings = json.loads((tmp_path / "out" / "_settings.json").read_text())
    assert settings["model"] == "cnn"
    assert settings["source"] == str(folder)
