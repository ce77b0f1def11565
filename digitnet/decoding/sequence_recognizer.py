"""Recognize an ink run as a whole, without cutting it.

Where digits run into one another, several ways of cutting the ink are often about equally likely if each candidate
is judged by itself. The sequence recognizer is a network that sees the whole run and gives each column of it
probabilities of digits, of no digit, and of a blank. The probability of a text is that of all ways to spread it over
the columns. The network is trained on MNIST digits written side by side (`python -m digitnet sequence`).

Source: Graves, Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.models.litert import LiteRTNetwork
from digitnet.preprocessing.normalization import darken, resize
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.oversegmentation import merge_segments

PICTURE_HEIGHT, DIGIT_HEIGHT = 28, 20  # Pixels of a picture of an ink run, and of a digit in it.
MARGIN = 16  # Pixels left and right of the ink.
BLANK = CLASSES + 1  # The label of a column that adds nothing to the text.
NETWORK_FILE, CARD_FILE = "sequence.tflite", "sequence.json"  # In digitnet/resources.
_WIDTH_STEP = 32  # The width of a picture is a multiple of this many pixels.
_MAX_WIDTH, _MAX_INK_HEIGHT = 640, 34  # Pixels; larger pictures and taller ink are not recognized.

Text = tuple[int, ...]  # Labels from left to right: 0 to 9, and 10 for no digit.
ColumnScores = NDArray[np.float32]  # (t, 12): log-probabilities of the labels and the blank.


def render_line(ink: NDArray[np.uint8], height: float) -> NDArray[np.uint8]:
    """Render ink, uint8 (h, w), as the network sees it, uint8 (28, v).

    Digits are 20 pixels tall, the darkest ink is 255, and a margin of 16 pixels is left and right of the ink. Ink that
    is too tall is cut at top and bottom.

    Args:
        ink: the ink of a run.
        height: height of a digit in it, in pixels.
    """
    small = resize(ink, DIGIT_HEIGHT / height)
    tall, wide = small.shape
    top = round((PICTURE_HEIGHT - tall) / 2)
    small = small[max(0, -top) : max(0, -top) + PICTURE_HEIGHT]
    frame = np.zeros((PICTURE_HEIGHT, wide + 2 * MARGIN), np.uint8)
    frame[max(0, top) : max(0, top) + len(small), MARGIN : MARGIN + wide] = small
    return darken(frame)


def recognize(ink_run: InkRun) -> ColumnScores | None:
    """Return log-probabilities of columns, float32 (t, 12), or None if the run is too large."""
    ink = merge_segments(ink_run.segments).ink
    if len(ink) * DIGIT_HEIGHT > _MAX_INK_HEIGHT * ink_run.digit_height:
        return None
    line = render_line(ink, ink_run.digit_height)
    width = -(-line.shape[1] // _WIDTH_STEP) * _WIDTH_STEP
    if width > _MAX_WIDTH:
        return None
    padded = np.pad(line, ((0, 0), (0, width - line.shape[1])))
    return log_softmax(_load_network().run(padded[None, ..., None])[0, 0])


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log-probabilities, float32, from logits (..., n)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)


def decode_best_path(columns: ColumnScores) -> Text:
    """Return the text of the likeliest label of each column, (t, 12): CTC's best path decoding."""
    best = columns.argmax(axis=1)
    is_new = np.diff(best, prepend=BLANK) != 0
    return tuple(best[is_new & (best != BLANK)].tolist())


def score_texts(columns: ColumnScores, texts: Sequence[Text]) -> NDArray[np.float64]:
    """Return the log-probability of each text, float64 (k,), given columns (t, 12).

    Adjacent non-digits count as one, because letters side by side are one label to the network. This is CTC's forward
    pass, for all texts at once.
    """
    texts = [_merge_non_digits(text) for text in texts]
    longest = max(map(len, texts), default=0)
    states = np.full((len(texts), 2 * longest + 1), BLANK)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    can_skip = np.zeros(states.shape, np.bool_)  # The blank between two different labels may be left out.
    can_skip[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    emissions = columns.astype(np.float64)[:, states]  # (t, k, s)
    forward = np.full(states.shape, -np.inf)
    forward[:, :2] = emissions[0, :, :2]
    for emission in emissions[1:]:
        before = np.pad(forward, ((0, 0), (2, 0)), constant_values=-np.inf)
        reached = np.logaddexp(forward, before[:, 1:-1])
        forward = np.logaddexp(reached, np.where(can_skip, before[:, :-2], -np.inf)) + emission
    ends = 2 * np.array([len(text) for text in texts], np.intp)
    rows = np.arange(len(texts))
    last_label = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(forward[rows, ends], last_label), np.float64)


def _merge_non_digits(text: Text) -> Text:
    """Return a text with each series of non-digits as one."""
    return tuple(
        label for place, label in enumerate(text) if label != NOT_A_DIGIT or text[place - 1 : place] != (NOT_A_DIGIT,)
    )


@lru_cache(maxsize=1)
def _load_network() -> LiteRTNetwork:
    return LiteRTNetwork((files("digitnet.resources") / NETWORK_FILE).read_bytes(), NETWORK_FILE)
