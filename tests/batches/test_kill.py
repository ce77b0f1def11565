"""A batch whose process is killed goes on: no sheet is lost, and none that was read is read again."""

import subprocess
import sys
import time

import pytest

from digitnet.batches.records import FORM, READ, WAITING, BatchSettings
from digitnet.batches.store import BatchStore
from digitnet.forms.template import to_json
from digitnet.paths import ROOT
from digitnet.preprocessing.images import to_png
from tests.helpers.filled_forms import VALUES, fill_sheet, make_order_form

pytestmark = pytest.mark.slow

COUNT = 5
# Reads the files in a folder, or else those that are kept; each sheet that is begun is a line of its output.
READ_BATCH = """
import hashlib, sys, time
from functools import partial
from pathlib import Path
from digitnet.batches.pictures import list_pictures, load_picture
from digitnet.batches.reader import BatchReader, SheetFile
from digitnet.batches.store import BatchStore
from digitnet.batches.tasks import read_form_sheet
from digitnet.workers import waiting

run = waiting.run_in_worker
def note(function, *arguments, subject):
    if function is read_form_sheet:
        print(arguments[1].file, flush=True)
    return run(function, *arguments, subject=subject)
waiting.run_in_worker = note

if __name__ == "__main__":
    batch, *folder = sys.argv[1:]
    store = BatchStore.open()
    if folder:
        paths = sorted(Path(folder[0]).iterdir())
        files = [
            SheetFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), path.read_bytes) for path in paths
        ]
    else:
        kept = list_pictures(batch)
        waiting = [sheet.page for sheet in store.sheets.find(batch) if sheet.state == "waiting"]
        files = [SheetFile(page.file, page.digest, partial(load_picture, batch, page.digest)) for page in waiting]
        assert {file.digest for file in files} <= kept
    reader = BatchReader(store.get(batch), store)
    reader.want(files)
    while reader.is_reading:
        time.sleep(0.05)
"""


@pytest.fixture
def folder(tmp_path, mnist):
    """A folder of filled sheets."""
    folder = tmp_path / "sheets"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number}.png").write_bytes(to_png(fill_sheet(mnist, seed=number)))
    return folder


def start(*arguments):
    command = [sys.executable, "-c", READ_BATCH, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_killed_batch_goes_on_with_what_is_left(folder, data, cnn):
    with BatchStore.open() as store:
        settings = BatchSettings("cnn", 0.01, keeps_pictures=True)
        batch = store.create("July", FORM, settings, template=to_json(make_order_form(cnn))).id
        with start(batch, folder) as killed:
            end = time.monotonic() + 300
            while store.count(batch).read < 2:
                assert killed.poll() is None
                assert time.monotonic() < end
                time.sleep(0.01)
            killed.kill()
            begun = killed.stdout.read().split()
        before = store.sheets.find(batch)
        assert [sheet.page.file for sheet in before] == [f"{number}.png" for number in range(COUNT)]
        done = {sheet.page.file for sheet in before if sheet.state == READ}
        assert {sheet.state for sheet in before} == {READ, WAITING}
        assert done <= set(begun)
        with start(batch) as resumed:
            again = resumed.stdout.read().split()
        assert resumed.returncode == 0
        assert sorted([*done, *again]) == sorted(sheet.page.file for sheet in before)
        after = store.sheets.find(batch)
        assert {sheet.state for sheet in after} == {READ}
        assert [sheet for sheet in after if sheet.page.file in done] == [
            sheet for sheet in before if sheet.page.file in done
        ]
        texts = [number.text for number in store.numbers.find(batch)]
        assert len(texts) == COUNT * len(VALUES)
        assert sum(map(str.__eq__, texts, VALUES * COUNT)) > 0.9 * len(texts)
