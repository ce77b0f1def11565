"""Lines that the string recognizer is sure of, and their ink."""

import numpy as np

from digitnet.decoding.lines import Line
from digitnet.decoding.string_recognizer import BLANK, SYMBOLS
from digitnet.preprocessing.binarization import find_ink


def make_line(text, step=10.0):
    """Return a line that is sure of a text: each symbol has two columns, with two blanks around it."""
    path = [BLANK, BLANK]
    for symbol in text:
        path += [SYMBOLS.index(symbol)] * 2 + [BLANK] * 2
    chances = np.full((len(path), BLANK + 1), 1e-4)
    chances[np.arange(len(path)), path] = 1 - 1e-4 * BLANK
    return Line(np.arange(1), np.log(chances).astype(np.float32), 0.0, step, 0.0, 40.0)


def make_ink(width=400):
    """Return the ink of strokes 20 px apart."""
    gray = np.full((40, width, 3), 200, np.uint8)
    gray[5:35, ::20] = 30
    return find_ink(gray)
