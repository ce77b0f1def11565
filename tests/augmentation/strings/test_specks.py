import cv2
import numpy as np

from digitnet.augmentation.strings import specks
from digitnet.augmentation.strings.specks import draw_specks


def write_stems(pen):
    """Draw upright strokes of a pen's width, from row 8 to the base line at row 32."""
    ink = np.zeros((40, 160), np.float32)
    for column in (20, 60, 100, 140):
        ink[8:33, column : column + pen] = 1
    return ink


def draw_all(pen, count=150):
    ink = write_stems(pen)
    return [draw_specks(ink, 32, np.random.default_rng(seed)) for seed in range(count)]


def test_thin_pens_have_no_specks_where_a_point_may_stand(monkeypatch):
    monkeypatch.setattr(specks, "_HAIR_SHARE", 0.0)
    for drawn in draw_all(pen=1):
        assert not drawn[29:37, 22:140].any()
    assert any(drawn[:24].any() for drawn in draw_all(pen=1, count=20))


def test_specks_at_the_base_line_are_much_thinner_than_a_thick_pen(monkeypatch):
    monkeypatch.setattr(specks, "_HAIR_SHARE", 0.0)
    for drawn in draw_all(pen=6):
        count, _, stats, _ = cv2.connectedComponentsWithStats((drawn > 0.1).astype(np.uint8), connectivity=8)
        for left, top, width, height, _ in stats[1:count]:
            if top >= 29 and top + height <= 37 and left >= 20 and left + width <= 140:
                assert height <= 6


def test_thick_pens_have_larger_specks():
    thick, thin = (max((drawn > 0.1).sum() for drawn in draw_all(pen)) for pen in (8, 1))
    assert thick > 2 * thin


def test_paper_without_ink_has_specks():
    blank = np.zeros((40, 100), np.float32)
    assert any(draw_specks(blank, 30, np.random.default_rng(seed)).any() for seed in range(5))


def test_same_seed_draws_the_same_specks():
    one, other = (draw_specks(write_stems(3), 32, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one, other)
