"""Recognize a whole line of writing: digits, signs and text.

The recognizer is a network that sees a gray strip and gives each column of it probabilities of symbols and of a blank.
The probability of a text is that of all ways to spread it over the columns. Nothing is cut, so that digits that touch,
or lie on print that no threshold takes out, are read as well as others. It is trained on strings written with the
digits of many hands (`python -m digitnet strings`).

Source: Graves, Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import find_best_path
from digitnet.labels import SIGNS, TEXT
from digitnet.models.litert import LiteRTNetwork
from digitnet.types import Gray

SYMBOLS = f"0123456789{SIGNS}{TEXT}"
BLANK = len(SYMBOLS)  # The label of a column that adds nothing to the text.
COLUMN_WIDTH = 4  # Pixels of a strip for a column of the output.
NETWORK_FILE, CARD_FILE = "strings.tflite", "strings.json"  # In digitnet/resources.
_WIDTH_STEP = 32  # The width of a strip is padded to a multiple of this many pixels.

ColumnScores = NDArray[np.float32]  # (t, 28): log-probabilities of the symbols and the blank.


def recognize(strip: Gray) -> ColumnScores:
    """Return the log-probabilities of a strip's columns, float32 (t, 28).

    Args:
        strip: uint8 (40, w), as `preprocessing.strips.render_strip` makes it.
    """
    width = -(-strip.shape[1] // _WIDTH_STEP) * _WIDTH_STEP
    padded = np.pad(strip, ((0, 0), (0, width - strip.shape[1])))
    logits = _load_network().run(padded[None, ..., None])[0, 0]
    return log_softmax(logits)[: -(-strip.shape[1] // COLUMN_WIDTH)]


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log-probabilities, float32, from logits (..., n)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)


def decode_best_path(columns: ColumnScores) -> str:
    """Return the text of the likeliest label of each column: CTC's best path decoding."""
    return "".join(SYMBOLS[index] for index in find_best_path(columns))


@lru_cache(maxsize=1)
def _load_network() -> LiteRTNetwork:
    return LiteRTNetwork((files("digitnet.resources") / NETWORK_FILE).read_bytes(), NETWORK_FILE)
