import cv2
import numpy as np

from digitnet.augmentation.digit_shapes import is_curve


def test_seven_is_a_curve_and_crossed_lines_are_not():
    seven = np.zeros((60, 40), np.uint8)
    cv2.polylines(seven, [np.array([(4, 4), (34, 4), (16, 56)])], False, 255, 4)
    assert is_curve(seven)
    cv2.line(seven, (8, 30), (36, 30), 255, 4)
    assert not is_curve(seven)
