"""Score, find and align texts by the columns of the string recognizer.

Source: Graves, Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006); the prefix search is
that of Hannun, Maas, Jurafsky and Ng, "First-pass large vocabulary continuous speech recognition using bi-directional
recurrent DNNs" (2014).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Text = tuple[int, ...]  # Labels from left to right.
Scores = NDArray[np.float32]  # (t, n): log-probabilities of the labels of each column; the last is the blank.

_MIN_LOG_PROBABILITY = -9.0  # Less likely labels of a column are not followed by the prefix search.


def score_texts(columns: Scores, texts: Sequence[Text]) -> NDArray[np.float64]:
    """Return the log-probability of each text, float64 (k,): of all ways to spread it over the columns."""
    blank = columns.shape[1] - 1
    longest = max(map(len, texts), default=0)
    states = np.full((len(texts), 2 * longest + 1), blank)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    skip_cost = np.full(states.shape, -np.inf)  # The blank between two different labels may be left out.
    skip_cost[:, 3::2] = np.where(states[:, 3::2] != states[:, 1:-2:2], 0, -np.inf)
    emissions = columns.astype(np.float64)[:, states]  # (t, k, s)
    reached = np.full((len(texts), states.shape[1] + 2), -np.inf)  # With two states before the first, never reached.
    forward = reached[:, 2:]
    forward[:, :2] = emissions[0, :, :2]
    for emission in emissions[1:]:
        stepped = np.logaddexp(forward, reached[:, 1:-1])
        np.add(np.logaddexp(stepped, reached[:, :-2] + skip_cost), emission, out=forward)
    ends = 2 * np.array([len(text) for text in texts], np.intp)
    rows = np.arange(len(texts))
    last_label = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(forward[rows, ends], last_label), np.float64)


def score_spans(columns: Scores, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the probability of each text of one label, and of the empty text as the last, in parts of the columns.

    Args:
        columns: float32 (t, n).
        starts, ends: intp (k,), the first column of each part and the one after its last.

    Returns:
        float64 (k, n).
    """
    likelihoods = np.exp(columns.astype(np.float64))
    blanks = likelihoods[:, -1].tolist()
    firsts, place = np.unique(starts, return_inverse=True)
    begun = np.searchsorted(firsts, np.arange(len(columns)), side="right").tolist()
    by_end = np.argsort(ends, kind="stable")
    ended = np.searchsorted(ends[by_end], np.arange(len(columns) + 2)).tolist()
    found = np.zeros((len(starts), columns.shape[1]))
    before = np.ones((len(firsts), 1))
    within, after = np.zeros((2, len(firsts), columns.shape[1] - 1))
    for index in range(int(firsts.min(initial=0)), int(ends.max(initial=0))):
        count, blank = begun[index], blanks[index]
        after[:count] = (after[:count] + within[:count]) * blank
        within[:count] = (within[:count] + before[:count]) * likelihoods[index, :-1]
        before[:count] *= blank
        own = by_end[ended[index + 1] : ended[index + 2]]
        if len(own):
            found[own, :-1] = within[place[own]] + after[place[own]]
            found[own, -1] = before[place[own], 0]
    return found


def find_best_path(columns: Scores) -> Text:
    """Return the text of the likeliest label of each column (best path decoding)."""
    blank = columns.shape[1] - 1
    best = columns.argmax(axis=1)
    is_new = np.diff(best, prepend=blank) != 0
    return tuple(best[is_new & (best != blank)].tolist())


def find_likely_texts(
    columns: Scores, beam: int = 12, may_begin: Callable[[Text], bool] | None = None
) -> list[tuple[Text, float]]:
    """Return the likeliest texts and their log-probabilities, the likeliest first (prefix search).

    Args:
        columns: float32 (t, n).
        beam: how many prefixes are followed from column to column.
        may_begin: tells which prefixes are followed at all, None for all.
    """
    blank = columns.shape[1] - 1
    is_followed = cache(may_begin) if may_begin else None
    # Of each prefix, the log-probabilities of the ways that end in a blank, and in its last label.
    prefixes: dict[Text, tuple[float, float]] = {(): (0.0, -math.inf)}
    for column in columns.tolist():
        in_column = column[blank]
        likely = [(label, value) for label, value in enumerate(column[:-1]) if value > _MIN_LOG_PROBABILITY]
        found: dict[Text, tuple[float, float]] = {}
        totals = [add_logs(*scores) for scores in prefixes.values()]
        # If all prefixes stay, no new one that is less likely than the last of them is taken.
        least = min(totals) + in_column if len(prefixes) == beam else -math.inf
        followed = {(prefix[:-1], prefix[-1]) for prefix in prefixes if prefix}
        for (prefix, (in_blank, in_label)), total in zip(prefixes.items(), totals, strict=True):
            last = prefix[-1] if prefix else blank
            stay = in_label + column[last] if prefix else -math.inf
            if prefix in found:
                stay = add_logs(found[prefix][1], stay)
            found[prefix] = (total + in_column, stay)
            for label, value in likely:
                step = (in_blank if label == last else total) + value
                if step < least and (prefix, label) not in followed:
                    continue
                text = (*prefix, label)
                if is_followed and not is_followed(text):
                    continue
                before = found.get(text)
                found[text] = (-math.inf, step) if before is None else (before[0], add_logs(before[1], step))
        prefixes = _take_likeliest(found, beam) if likely else found
    return [(text, add_logs(*scores)) for text, scores in _take_likeliest(prefixes, beam).items()]


def _take_likeliest(found: dict[Text, tuple[float, float]], count: int) -> dict[Text, tuple[float, float]]:
    """Return so many of the likeliest prefixes, the likeliest first."""
    if len(found) == 1:
        return found
    totals = {text: add_logs(*scores) for text, scores in found.items()}
    return {text: found[text] for text in sorted(totals, key=totals.__getitem__, reverse=True)[:count]}


def add_logs(first: float, second: float) -> float:
    """Return log(exp(first) + exp(second))."""
    if first == -math.inf:
        return second
    if second == -math.inf:
        return first
    return max(first, second) + math.log1p(math.exp(-abs(first - second)))


def fits(columns: Scores, text: Text) -> bool:
    """Tell whether a text has a way through the columns: equal neighbors need a blank between them."""
    return len(text) + sum(one == other for one, other in itertools.pairwise(text)) <= len(columns)


def align(columns: Scores, text: Text) -> NDArray[np.intp]:
    """Return the first and last column of each label of a text, intp (l, 2), on its likeliest path (Viterbi 1967).

    The text must fit into the columns.
    """
    blank = columns.shape[1] - 1
    states = np.full(2 * len(text) + 1, blank)
    states[1::2] = text
    count = len(states)
    skip_cost = np.full(count, -np.inf)
    skip_cost[3::2] = np.where(states[3::2] != states[1:-2:2], 0, -np.inf)
    emissions = columns[:, states].astype(np.float64)
    reached = np.full(count + 2, -np.inf)  # With two states before the first, never reached.
    best, by_step, by_skip = reached[2:], reached[1:-1], reached[:-2]
    best[:2] = emissions[0, :2]
    has_stepped, has_skipped = np.zeros((2, len(columns), count), np.bool_)
    skipped = np.empty(count)
    for index in range(1, len(columns)):
        np.add(by_skip, skip_cost, out=skipped)
        np.greater(by_step, best, out=has_stepped[index])
        moved = np.maximum(best, by_step)
        np.greater(skipped, moved, out=has_skipped[index])
        np.maximum(moved, skipped, out=moved)
        np.add(moved, emissions[index], out=best)
    state = count - 1 - int(count > 1 and best[-2] > best[-1])
    places = np.empty(len(columns), np.intp)
    for index in range(len(columns) - 1, -1, -1):
        places[index] = state
        state -= 2 if has_skipped[index, state] else int(has_stepped[index, state])
    labels = np.arange(1, count, 2)
    firsts, lasts = (np.searchsorted(places, labels, side=side) for side in ("left", "right"))
    return np.column_stack([firsts, lasts - 1]).astype(np.intp)
