import numpy as np
import pytest

from digitnet.decoding.string_recognizer import BLANK, SYMBOLS, decode_best_path, recognize
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.strips import render_strip


def test_best_path_merges_repeats_and_drops_blanks():
    point = SYMBOLS.index(".")
    path = [BLANK, 4, 4, BLANK, 4, 7, BLANK, point]
    assert decode_best_path(np.eye(BLANK + 1)[path]) == "447."


@pytest.mark.parametrize("width", [1, 31, 32, 33, 400])
def test_each_column_sums_to_one(width):
    columns = recognize(np.zeros((40, width), np.uint8))
    assert columns.shape == (-(-width // 4), BLANK + 1)
    assert np.exp(columns).sum(axis=1) == pytest.approx(1, rel=1e-4)


def test_written_number_is_read(paper):
    gray = rgb_to_gray(np.repeat(paper().number("2047", x=40).gray()[..., None], 3, axis=2))
    rows, columns = np.nonzero(gray < 100)
    line = gray[rows.min() - 12 : rows.max() + 12, columns.min() - 12 : columns.max() + 12]
    assert decode_best_path(recognize(render_strip(line))) == "2047"
