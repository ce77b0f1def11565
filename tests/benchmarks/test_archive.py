"""The benchmark of archives scores what was read, and tells stages by the function that runs."""

import json
import sys
import time

import pytest

from benchmarks.archive_faults import find_faults
from benchmarks.archive_pictures import FORMS, OTHERS, TRUTH
from benchmarks.archive_profile import find_stage, sampling
from benchmarks.archive_scoring import collect_rows, score_results
from digitnet.archive.parts import PartWriter
from digitnet.archive.rows import Row
from digitnet.segmentation import boxes


@pytest.fixture
def results(tmp_path):
    """Write results of an archive of a drawing, an amount, a page and a form; return both folders."""
    truth = {"drawing/a.png": ["12"], "amount/b.png": ["1.50"], "page/c.jpg": ["12", "345"], "form/d.jpg": ["7", ""]}
    (tmp_path / TRUTH).write_text(json.dumps(truth))
    rows = {
        OTHERS: [
            Row("page/c.jpg", 1, 2, 1, text="345", digits="345"),
            Row("page/c.jpg", 1, 1, 1, text="1", digits="1"),
            Row("page/c.jpg", 1, 1, 2, text="2", digits="2"),
            Row("drawing/a.png", 1, 1, 1, text="13", digits="13"),
            Row("amount/b.png", 1, 1, 1, text="1.50", digits="150"),
            Row("bad.png", 1, error="The file is not a picture."),
        ],
        FORMS: [
            Row("form/d.jpg", 1, 1, 1, "No.", text="7", digits="7"),
            Row("form/d.jpg", 1, 1, 2, "Sum", text="", digits=""),
        ],
    }
    for part, found in rows.items():
        (tmp_path / "out" / part).mkdir(parents=True)
        writer = PartWriter(tmp_path / "out" / part)
        writer.add(found)
        writer.write()
    return tmp_path, tmp_path / "out"


def test_files_are_scored_by_kind(results):
    scores, errors = score_results(*results)
    assert errors == 1
    assert {kind: (score.files, score.exact, score.digits, score.wrong) for kind, score in scores.items()} == {
        "drawing": (1, 0, 2, 1),
        "amount": (1, 1, 4, 0),
        "page": (1, 1, 5, 0),
        "form": (1, 1, 1, 0),
    }


def test_rows_of_digits_are_collected_by_file(results):
    found = collect_rows(results[1] / OTHERS)
    assert found == {"page/c.jpg": ["12", "345"], "drawing/a.png": ["13"], "amount/b.png": ["150"], "bad.png": [""]}


def test_lost_doubled_and_erroneous_files_are_found(results):
    names = ["drawing/a.png", "amount/b.png", "page/c.jpg", "bad.png", "lost.png"]
    writer = PartWriter(results[1] / OTHERS)
    writer.add([Row("drawing/a.png", 1, 1, 1, text="13", digits="13")])
    writer.write()
    assert find_faults(results[1] / OTHERS, names) == (1, 1, 1)


def test_stage_is_that_of_the_function_that_runs():
    def ask():
        return find_stage(sys._getframe())

    names = {"ask": ask}
    exec(compile("stage = ask()", boxes.__file__, "exec"), names)
    assert names["stage"] == "segmentation"
    assert find_stage(None) == "rest"


def test_samples_add_up_to_the_time_that_was_used():
    with sampling() as seconds:
        start = time.process_time()
        while time.process_time() < start + 0.1:
            pass
    assert 0.05 < sum(seconds.values()) < 1.0
