import numpy as np

from digitnet.batches.crops import is_drawn


def test_about_one_of_eight_sure_numbers_is_drawn():
    image = np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)
    boxes = [(x, y, x + 10, y + 10) for x in range(0, 400, 10) for y in range(0, 400, 10)]
    assert 0.1 < np.mean([is_drawn(image, box) for box in boxes]) < 0.15


def test_same_pixels_are_drawn_again():
    image = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    assert len({is_drawn(image.copy(), (-5, 0, 20, 20)) for _ in range(3)}) == 1
