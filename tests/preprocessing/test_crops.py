import numpy as np

from digitnet.preprocessing.images import crop_box


def test_digit_is_cut_out_with_a_margin():
    image = np.zeros((900, 900, 3), np.uint8)
    image[100:200, 100:150] = 7
    crop = crop_box(image, [100, 100, 150, 200])
    assert crop.shape == (124, 74, 3)
    assert (crop[12:-12, 12:-12] == 7).all()
    assert crop.sum() == image.sum()


def test_margin_ends_where_the_picture_does():
    image = np.zeros((40, 60, 3), np.uint8)
    assert crop_box(image, [-3, -1, 50, 41]).shape == (40, 56, 3)
    assert crop_box(image, [20, 20, 24, 24]).shape == (8, 8, 3)


def test_large_crop_is_made_smaller_and_keeps_its_shape():
    image = np.zeros((1000, 400, 3), np.uint8)
    assert crop_box(image, [0, 0, 400, 1000]).shape == (256, 102, 3)
    assert crop_box(image, [0, 0, 400, 1000], max_side=100).shape == (100, 40, 3)
    assert crop_box(np.zeros((5, 5000, 3), np.uint8), [0, 0, 5000, 5]).shape == (1, 256, 3)
