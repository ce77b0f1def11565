import cv2
import numpy as np

from digitnet.explain.contour_drawing import COUNTER, OUTER, draw_contours
from digitnet.segmentation.components import find_components


def test_outer_contours_and_counters_have_their_colors():
    ink = np.zeros((120, 120), np.uint8)
    cv2.circle(ink, (60, 60), 40, 255, 12)
    picture = draw_contours(ink, find_components(ink))
    assert picture.shape == (120, 120, 3)
    assert np.abs(picture[60, 60 + 46] - np.array(OUTER)).max() < 30
    assert np.abs(picture[60, 60 + 34] - np.array(COUNTER)).max() < 30
    assert tuple(picture[60, 60]) == (255, 255, 255)
    assert picture[60, 60 + 40].min() < 200


def test_paper_without_ink_stays_white():
    ink = np.zeros((20, 30), np.uint8)
    assert draw_contours(ink, find_components(ink)).min() == 255
