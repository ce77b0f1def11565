import json

import numpy as np

from benchmarks.cases import (
    Case,
    CaseSet,
    divide_by_kind,
    draw_numbers,
    draw_scanned_sets,
    draw_stroke_sets,
    load_folder,
    load_scored_strokes,
)
from benchmarks.scoring import DigitnetReader, ReaderScore, score_set
from tests.helpers.handwriting import write_handwriting
from tests.helpers.signs import make_reading


def test_numbers_repeat_and_keep_their_digits_at_other_spacing(stroke_items):
    first, again, other = (draw_numbers(stroke_items, spacing, 5) for spacing in ("tight", "tight", "touching"))
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, again, strict=True))
    assert [case.truth for case in first] == [case.truth for case in other]


def test_only_the_writers_with_the_highest_numbers_are_scored(stroke_items, tmp_path):
    items = [{**stroke_items[0], "writer": writer} for writer in range(1, 31)]
    (tmp_path / "strokes.json").write_text(json.dumps(items))
    assert [item["writer"] for item in load_scored_strokes(tmp_path / "strokes.json")] == list(range(21, 31))


def test_rows_may_hold_printed_digits_or_none(tmp_path):
    (tmp_path / "labels.csv").write_text("file,rows,rows_with_printed\na.png,12|3,112|3\nb.png,,\n")
    first, second = load_folder(tmp_path).cases
    assert (first.truth, first.with_printed) == (["12", "3"], ["112", "3"])
    assert (second.truth, second.with_printed) == ([], None)


def test_kinds_are_the_names_of_files_without_their_numbers(tmp_path):
    (tmp_path / "labels.csv").write_text("file,rows\nlines_01.png,1\ns03_boxes_0.png,2\nlines_12.jpg,3\n07.png,4\n")
    kinds = {kind.name: [case.name for case in kind.cases] for kind in divide_by_kind(load_folder(tmp_path))}
    assert kinds == {"": ["07.png"], "lines": ["lines_01.png", "lines_12.jpg"], "s03_boxes": ["s03_boxes_0.png"]}


def test_either_reading_is_right_where_digits_are_printed():
    score = ReaderScore()
    for rows in (["12"], ["912"], ["91"]):
        score.add(Case("a", np.zeros((1, 1), np.uint8), ["12"], with_printed=["912"]), rows, 0.0)
    assert score.exact == 2
    assert score.wrong == 1


def test_scanned_numbers_are_written_by_held_out_writers(tmp_path):
    spaced, tight, touching = draw_scanned_sets(write_handwriting(tmp_path), 3)
    assert [case.truth for case in spaced.cases] == [case.truth for case in touching.cases]
    assert {digit for case in spaced.cases for digit in case.truth[0]} <= {"2", "4"}
    assert spaced.cases[0].picture.shape[1] > tight.cases[0].picture.shape[1] > touching.cases[0].picture.shape[1]


def test_strokes_are_passed_to_digitnet_in_sets_of_their_own(stroke_items, tmp_path):
    (tmp_path / "strokes.json").write_text(json.dumps(stroke_items))
    sets = {cases.name: cases.cases for cases in draw_stroke_sets(tmp_path / "strokes.json", 1)}
    (pixels,), (strokes,) = sets["numbers, touching"], sets["strokes, touching"]
    assert np.array_equal(pixels.picture, strokes.picture)
    assert len(strokes.strokes) == 4
    assert not pixels.strokes
    reader = DigitnetReader("cnn")
    score_set(CaseSet("a", "line", [strokes]), {"digitnet": reader}, None)
    assert reader.last.stages is not None
    assert len(reader.last.stages.strokes) == 4


def test_pictures_with_doubtful_signs_alone_are_accepted_but_not_unmarked():
    case, score = Case("a", np.zeros((1, 1), np.uint8), ["125"]), ReaderScore()
    for sign_confidence in (0.99, 0.5):
        score.add_reading(case, make_reading("12.5", sign_confidence=sign_confidence))
        score.count += 1
    assert score.format_acceptance() == "100.0% / 0.0%"
    assert score.format_unmarked() == "50.0% / 0.0%"
