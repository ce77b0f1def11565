import numpy as np
import pytest
from PIL import Image

from digitnet.errors import ImageError
from digitnet.preprocessing.images import to_png
from digitnet.scoring.comparison import Comparison
from digitnet.scoring.error_pictures import draw_sheet, save_errors
from digitnet.scoring.outcome import Outcome

PICTURE = to_png(np.full((40, 90, 3), 90, np.uint8))
WRONG = [
    ("a.png", Outcome("", "12", "17", Comparison(2, 1, False), True, 0.97, PICTURE)),
    ("b/x.png, total", Outcome("total", "", "7", Comparison(0, 1, False))),
]


def test_sheet_shows_each_wrong_reading():
    sheet = np.asarray(draw_sheet(WRONG * 3))
    assert sheet.shape == (300, 1280, 3)
    assert (sheet[10:80, 20:150] == 90).all()
    assert all(len(np.unique(sheet[y : y + 150, x : x + 320])) > 2 for y, x in ((0, 0), (0, 320), (150, 320)))


def test_errors_are_saved_as_a_sheet_or_each(tmp_path):
    assert save_errors(WRONG, tmp_path / "wrong.png") == 2
    with Image.open(tmp_path / "wrong.png") as sheet:
        assert sheet.size == (1280, 150)
    assert save_errors(WRONG, tmp_path / "wrong") == 2
    assert sorted(path.name for path in (tmp_path / "wrong").iterdir()) == ["0001_a.png.png", "0002_b_x.png__total.png"]


def test_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ImageError, match="cannot be saved"):
        save_errors(WRONG, tmp_path / "file" / "wrong")
