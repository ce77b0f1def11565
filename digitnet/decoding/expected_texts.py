"""Find the likeliest texts of a field, and the likeliest of those that fit what is expected of it.

The likeliest texts come from a prefix search over the columns of the line, which follows only prefixes that may still
fit, from one that follows all, and from exchanging digits of the text that was read for their runners-up. A text is
weighed by the line, by the picture as one line, and by the probabilities of the digits: a product of powers whose
exponents were fitted on composed fields (`python benchmarks/expect.py --fit`).

Source: Mohri, "Finite-state transducers in language and speech processing" (1997), for a search among the texts that
an automaton takes.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Scores, find_likely_texts, score_texts
from digitnet.decoding.string_recognizer import SYMBOLS, ColumnScores
from digitnet.expectations.expect import Expect, keep_digits
from digitnet.labels import CLASSES
from digitnet.types import Probabilities

_BEAM, _FITTING_BEAM = 16, 40  # Prefixes that are followed without and with what is expected.
_EXCHANGED = 200  # Texts that are made by exchanging digits.
_MIN_PROBABILITY = 1e-4  # Less likely digits are not exchanged, and count as likely as this.
_LEAST_SCORE = -25.0  # A line or a picture never thinks less of a text than this, in nats.
WEIGHTS = (0.34, 0.471, 0.047, -1.265)  # Of the features of a text.

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FieldEvidence:
    """What is seen of a field.

    Attributes:
        text: the text that was read.
        probabilities: float32 (n, 10), of its digits.
        line: float32 (t, 28), the columns of its line, or of several side by side.
        views: the same of other views of it, if there are any.
    """

    text: str
    probabilities: Probabilities
    line: ColumnScores
    views: Sequence[ColumnScores] = ()


@dataclass(frozen=True)
class ExpectedTexts:
    """Texts of a field: what was read first, then others.

    Attributes:
        texts: k texts.
        features: float64 (k, 4), log-probabilities: see `_compute_features`.
        fits: bool (k,), whether each is as expected.
    """

    texts: list[str]
    features: _Floats
    fits: NDArray[np.bool_]

    @property
    def scores(self) -> _Floats:
        """How likely each text is, in nats, float64 (k,)."""
        return np.asarray(self.features @ np.array(WEIGHTS), np.float64)


def find_texts(seen: FieldEvidence, expect: Expect) -> ExpectedTexts:
    """Find the likeliest texts of a field, those that fit and those that do not."""
    symbols = SYMBOLS[:CLASSES] + expect.signs
    columns = [collapse(each, symbols) for each in (seen.line, *seen.views)]

    def may_begin(text: tuple[int, ...]) -> bool:
        return expect.may_begin("".join(symbols[label] for label in text))

    found = dict.fromkeys([seen.text])
    for each in columns:
        for beam, follow in ((_BEAM, None), (_FITTING_BEAM, may_begin)):
            found |= dict.fromkeys(_spell(find_likely_texts(each, beam, follow), symbols))
    found |= dict.fromkeys(filter(expect.fits, exchange_digits(seen.text, seen.probabilities, _EXCHANGED)))
    texts = [text for text in found if text]
    fits = np.array([expect.fits(text) for text in texts], np.bool_)
    return ExpectedTexts(texts, _compute_features(texts, seen, columns, symbols), fits)


def exchange_digits(text: str, probabilities: Probabilities, count: int) -> list[str]:
    """Return the likeliest texts that differ from a text in some digits, the likeliest first.

    Args:
        text: a text with n digits, and maybe signs.
        probabilities: float32 (n, 10), of its digits.
        count: how many texts are returned at most.
    """
    places = [place for place, character in enumerate(text) if character.isdigit()]
    logs = np.log(np.maximum(probabilities.astype(np.float64), _MIN_PROBABILITY))
    options = []  # The loss and place of each exchange, the least loss first.
    for row, (place, values) in enumerate(zip(places, logs, strict=True)):
        own = values[int(text[place])]
        likely = np.flatnonzero(probabilities[row] > _MIN_PROBABILITY).tolist()
        options += [(float(own - values[digit]), place, str(digit)) for digit in likely if str(digit) != text[place]]
    options.sort()
    found: list[str] = []
    # A set of exchanges in order of loss: the next is one more, or the last one put off (k shortest sums).
    waiting: list[tuple[float, tuple[int, ...]]] = [(options[0][0], (0,))] if options else []
    while waiting and len(found) < count:
        loss, chosen = heapq.heappop(waiting)
        last = chosen[-1]
        changes_each_once = len({options[index][1] for index in chosen}) == len(chosen)
        if changes_each_once:
            changed = list(text)
            for index in chosen:
                changed[options[index][1]] = options[index][2]
            found.append("".join(changed))
        if last + 1 < len(options):
            step = options[last + 1][0]
            if changes_each_once:
                heapq.heappush(waiting, (loss + step, (*chosen, last + 1)))
            heapq.heappush(waiting, (loss - options[last][0] + step, (*chosen[:-1], last + 1)))
    return found


def collapse(columns: ColumnScores, symbols: str) -> Scores:
    """Return log-probabilities of some symbols and of everything else, float32 (t, len(symbols) + 1)."""
    own = [SYMBOLS.index(symbol) for symbol in symbols]
    rest = np.setdiff1d(np.arange(columns.shape[1]), own)
    return np.concatenate([columns[:, own], np.logaddexp.reduce(columns[:, rest], axis=1, keepdims=True)], axis=1)


def _spell(found: Sequence[tuple[tuple[int, ...], float]], symbols: str) -> list[str]:
    return ["".join(symbols[label] for label in text) for text, _ in found]


def _compute_features(texts: Sequence[str], seen: FieldEvidence, columns: Sequence[Scores], symbols: str) -> _Floats:
    """Return the features of texts, float64 (k, 4).

    Log-probabilities by the line, by the views or the line again without any, and by the digits, 0 for another count of
    digits; and 1 for such a count.
    """
    labels = [tuple(symbols.index(character) for character in text if character in symbols) for text in texts]
    scores = [np.maximum(score_texts(each, labels), _LEAST_SCORE) for each in columns]
    digits = [keep_digits(text) for text in texts]
    logs = np.log(np.maximum(seen.probabilities.astype(np.float64), _MIN_PROBABILITY))
    places = np.arange(len(logs))
    same = np.array([len(each) == len(logs) for each in digits])
    own = [
        float(logs[places, list(map(int, each))].sum()) if like else 0.0
        for each, like in zip(digits, same, strict=True)
    ]
    return np.column_stack([scores[0], np.mean(scores[1:] or scores, axis=0), own, ~same])
