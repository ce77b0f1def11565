import numpy as np

from digitnet.augmentation.letters import draw_letter


def test_letters_have_many_shapes():
    rng = np.random.default_rng(0)
    letters = [draw_letter(rng) for _ in range(60)]
    assert all(letter.dtype == np.uint8 and letter.max() > 200 for letter in letters)
    assert len({letter.shape for letter in letters}) > 10
