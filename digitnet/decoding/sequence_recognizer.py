"""What a stretch of ink says, read as a whole.

Where digits run into one another, several ways to divide the ink are often about as likely, each candidate judged by
itself. So a third network sees the whole stretch, and says for each column which digit stands there, if any, without
dividing it. Of a text, the digits from left to right, it gives the probability: all ways to spread the text over the
columns together. It learns that from MNIST's digits, written side by side (`python -m digitnet sequence`).

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
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.candidates import InkRun

TALL, DIGIT = 28, 20  # pixels of a picture of a stretch, and of a digit in it
MARGIN = 16  # pixels left and right of the ink
BLANK = CLASSES + 1  # the answer of a column in which nothing is said; NOT_A_DIGIT is what is no digit
FILE, CARD = "sequence.tflite", "sequence.json"  # in digitnet/resources
_STEP = 32  # pixels that a picture's width is a multiple of
_WIDEST, _TALLEST = 640, 34  # pixels of a picture and of ink in it: of larger ones nothing is said

Text = tuple[int, ...]
Columns = NDArray[np.float32]


def picture(ink: NDArray[np.uint8], height: float) -> NDArray[np.uint8]:
    """Return ink, uint8 (h, w), with digits that are `height` pixels tall there, as the network sees it: uint8 (28, w).

    Digits are 20 pixels tall, the darkest ink is 255, and a margin of 16 pixels is left and right of it. Of taller ink
    only the middle is seen.
    """
    scale = DIGIT / height
    small = resize(ink, scale)
    tall, wide = small.shape
    top = round((TALL - tall) / 2)
    small = small[max(0, -top) : max(0, -top) + TALL]
    frame = np.zeros((TALL, wide + 2 * MARGIN), np.uint8)
    frame[max(0, top) : max(0, top) + len(small), MARGIN : MARGIN + wide] = small
    return darken(frame)


def columns(stretch: InkRun) -> Columns | None:
    """Return the logarithms of the answers of each column, float32 (t, 12).

    None for a stretch that is too long, or of which the network would not see top and bottom.
    """
    ink = stretch.within(np.ones(len(stretch.parts), np.bool_), enclose(np.array([p.box for p in stretch.parts]))).ink
    if len(ink) * DIGIT > _TALLEST * stretch.height:
        return None
    seen = picture(ink, stretch.height)
    width = -(-seen.shape[1] // _STEP) * _STEP
    if width > _WIDEST:
        return None
    padded = np.pad(seen, ((0, 0), (0, width - seen.shape[1])))
    return log_softmax(_network().run(padded[None, ..., None])[0, 0])


def log_softmax(logits: NDArray[np.float32]) -> Columns:
    """Return the logarithms of the probabilities, float32, that `logits` (..., n) stand for."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)


def spelt(said: Columns) -> Text:
    """Return the text that the likeliest answer of each of the columns (t, 12) gives."""
    best = said.argmax(axis=1)
    new = np.diff(best, prepend=BLANK) != 0
    return tuple(best[new & (best != BLANK)].tolist())


def likelihoods(said: Columns, texts: Sequence[Text]) -> NDArray[np.float64]:
    """Return the logarithm of each text's probability, float64 (k,), given the columns (t, 12).

    A text holds 0 to 9, and 10 for what is no digit; several of these in a row are as good as one, for letters side by
    side are one sign to the network. This is CTC's forward pass, for all texts at once.
    """
    texts = [_as_one_sign(text) for text in texts]
    longest = max(map(len, texts), default=0)
    states = np.full((len(texts), 2 * longest + 1), BLANK)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    skips = np.zeros(states.shape, np.bool_)  # a blank may be left out between two that differ
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    emitted = said.astype(np.float64)[:, states]  # (t, k, s)
    ahead = np.full(states.shape, -np.inf)
    ahead[:, :2] = emitted[0, :, :2]
    for column in emitted[1:]:
        before = np.pad(ahead, ((0, 0), (2, 0)), constant_values=-np.inf)
        reached = np.logaddexp(ahead, before[:, 1:-1])
        ahead = np.logaddexp(reached, np.where(skips, before[:, :-2], -np.inf)) + column
    ends = 2 * np.array([len(text) for text in texts], np.intp)
    every = np.arange(len(texts))
    last = np.where(ends > 0, ahead[every, np.maximum(ends - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(ahead[every, ends], last), np.float64)


def _as_one_sign(text: Text) -> Text:
    """Return a text in which what is no digit stands once for each row of it."""
    return tuple(
        sign for place, sign in enumerate(text) if sign != NOT_A_DIGIT or text[place - 1 : place] != (NOT_A_DIGIT,)
    )


@lru_cache(maxsize=1)
def _network() -> LiteRTNetwork:
    return LiteRTNetwork((files("digitnet.resources") / FILE).read_bytes(), FILE)
