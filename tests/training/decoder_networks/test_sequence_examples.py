import numpy as np

from digitnet.training.decoder_networks.sequence_examples import PADDING, make_lines


def test_lines_fit_and_a_word_is_one_sign(held_out):
    lines = make_lines(held_out, 200, (1,))
    assert set(np.unique(lines.labels).tolist()) == {*range(11), PADDING}
    assert (lines.labels[:, 0] != PADDING).all()
    assert lines.pictures.max(axis=(1, 2, 3)).min() == 255
    assert not ((lines.labels[:, :-1] == 10) & (lines.labels[:, 1:] == 10)).any()
