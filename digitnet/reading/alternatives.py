"""List other texts that a number may be, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digitnet.labels import CLASSES
from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol

MAX_ALTERNATIVES = 3
_MAX_LABELS = 4  # Labels of a digit that are tried; others are less likely by far.
_MAX_TEXTS = 200  # Beginnings that are kept while texts are made.
_MIN_RATIO = 0.002  # A text that is less likely than this share of what was read is no alternative.
_Option = tuple[str, float]  # A text, and how likely it is.


def list_alternatives(
    reading: Reading, symbols: Sequence[Symbol], fits: Callable[[str], bool] | None = None
) -> list[str]:
    """Return up to 3 other texts of a number, the likeliest first; one differs in digits, or lacks some ink.

    Args:
        reading: the reading.
        symbols: the digits and signs of the number.
        fits: whether a text is as expected of the number; others are left out.
    """
    texts: list[_Option] = [("", 1.0)]
    for symbol in symbols:
        options = _list_options(reading, symbol)
        longer = ((text + end, chance * share) for text, chance in texts for end, share in options)
        texts = sorted(longer, key=lambda option: -option[1])[:_MAX_TEXTS]
    read, least = reading.spell(symbols), _MIN_RATIO * reading.compute_confidence(symbols)
    others = dict.fromkeys(text for text, chance in texts if text not in ("", read) and chance >= least)
    return [text for text in others if fits is None or fits(text)][:MAX_ALTERNATIVES]


def _list_options(reading: Reading, symbol: Symbol) -> list[_Option]:
    """Return the likeliest labels of a digit or sign, and "" for it being none, each with its probability."""
    if symbol.is_sign:
        confidence = float(reading.signs.confidence[symbol.at])
        return [(str(reading.signs.labels[symbol.at]), confidence), ("", 1 - confidence)]
    probabilities = reading.probabilities[symbol.at]
    options = [(str(label), float(probabilities[label])) for label in range(CLASSES)]
    options.append(("", max(0.0, 1 - float(probabilities.sum()))))
    return sorted(options, key=lambda option: -option[1])[:_MAX_LABELS]
