"""Converters of public sets, on a few files made in their layout."""

import cv2
import numpy as np
import pytest

from digitnet.errors import DatasetError
from digitnet.handwriting.converters import scans, strokes
from tests.helpers.handwriting import draw_picture

PEN_DIGITS = """.VERSION 1.0
.SEGMENT DIGIT 0 ? "8"
.COMMENT 8 12
.DT 100
.PEN_DOWN
  100   400
  120   300
.PEN_UP
.DT 20
.PEN_DOWN
  110 350
.PEN_UP
.SEGMENT DIGIT 1 ? "1"
.COMMENT 1 3
.PEN_DOWN
  0 500
.PEN_UP
"""
TDIC = "あ\n:2\n2 (54 58) (249 68)\n3 (1 2) (3 4) (5 6)\n\nい\n:1\n2 (5 5) (6 6)\n"


def save(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)


def test_pen_digits_are_turned_down(tmp_path):
    (tmp_path / "pendigits-orig.tra").write_text(PEN_DIGITS)
    assert strokes.convert_pen_digits(tmp_path) == [
        {"label": "8", "writer": "12", "strokes": [[[100, 100], [120, 200]], [[110, 150]]]},
        {"label": "1", "writer": "3", "strokes": [[[0, 0]]]},
    ]


def test_uji_writers_are_named_by_their_files(tmp_path):
    text = PEN_DIGITS.replace("DIGIT", "CHARACTER").replace('"1"', '"a"')
    for name in ("UJIpenchars-w01", "UJIpenchars-w11"):
        (tmp_path / name).write_text(text)
    records = strokes.convert_uji(tmp_path)
    assert [(record["label"], record["writer"]) for record in records] == [
        ("8", "uji01"), ("a", "uji01"), ("8", "uji11"), ("a", "uji11"),
    ]  # fmt: skip
    assert records[1]["strokes"] == [[[0, 500]]]


def test_characters_of_tomoe_have_a_stroke_a_line(tmp_path):
    (tmp_path / "all.tdic").write_text(TDIC, encoding="utf-8")
    assert [(record["label"], len(record["strokes"])) for record in strokes.convert_tomoe(tmp_path)] == [
        ("あ", 2), ("い", 1),
    ]  # fmt: skip


def test_swiss_scans_become_bright_ink(tmp_path):
    save(tmp_path / "0001_CH4M" / "7" / "a.png", 220 - draw_picture(50, 7) // 2)
    save(tmp_path / "0001_CH4M" / "2" / "b.png", np.full((50, 50), 220, np.uint8))
    arrays = scans.convert_swiss(tmp_path)
    assert arrays["labels"].tolist() == [2, 7]
    assert arrays["writer"].tolist() == ["0001_CH4M"] * 2
    assert arrays["suspect"].tolist() == [True, False]
    x, y, width, height = cv2.boundingRect(arrays["images"][1])
    assert max(width, height) == 56
    assert (x, y) != (0, 0)


def test_bitmaps_of_optdigits_are_followed_by_their_label(tmp_path):
    rows = ["0" * 32] * 10 + ["0" * 15 + "1" + "0" * 16] * 22
    (tmp_path / "optdigits-orig.tra").write_text(
        "header of 3 lines\n1\n2\n" + "\n".join([*rows, " 1", *rows, " 7"]) + "\n"
    )
    arrays = scans.convert_optdigits(tmp_path)
    assert arrays["labels"].tolist() == [1, 7]
    assert arrays["images"].shape == (2, 32, 32)
    assert arrays["images"][0].sum() == 22 * 255


def test_ellipses_are_left_out_of_the_shapes(tmp_path):
    for kind in ("triangle", "ellipse"):
        save(tmp_path / "user.abc" / "images" / kind / f"{kind}.0001.png", np.full((70, 70), 255, np.uint8))
    arrays = scans.convert_shapes(tmp_path)
    assert arrays["kind"].tolist() == ["triangle"]
    assert arrays["writer"].tolist() == ["user.abc"]


def test_dark_signs_become_bright_ink(tmp_path):
    save(tmp_path / "plus" / "a.png", 255 - draw_picture(28, 1))
    save(tmp_path / "plus" / "b.png", draw_picture(28, 1))
    images = scans.convert_signs(tmp_path)["images"]
    assert images.shape == (2, 28, 28)
    assert np.median(images[0]) == np.median(images[1]) == 0


@pytest.mark.parametrize(
    "convert",
    [
        scans.convert_swiss,
        scans.convert_optdigits,
        scans.convert_shapes,
        scans.convert_signs,
        strokes.convert_pen_digits,
        strokes.convert_uji,
        strokes.convert_tomoe,
    ],
)
def test_folder_of_something_else_is_refused(tmp_path, convert):
    with pytest.raises(DatasetError, match="Expected"):
        convert(tmp_path)
