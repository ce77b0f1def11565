"""Find groups of ink that are single signs, as seen in their lines.

A slash and a bracket look like a 1, but rarely stand alone: the date that has one slash has two, and a bracket that is
opened is closed. So a stroke needs less evidence if its line has the other one, and a lone slash in a long line or a
bracket that is never closed more. A closing bracket alone needs no more: it follows the number of a list, as in `3)`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.line_parts import score_signs
from digitnet.decoding.lines import Line
from digitnet.labels import SIGNS
from digitnet.segmentation.groups import InkGroups

_MIN_SIGN = 0.9  # A group that is a sign with this probability in its line is no digit,
_MIN_STROKE_SIGN = 0.7  # and one that may be a 1 with this.
_MIN_PAIRED_SIGN = 0.4  # One that may be a 1 needs only this if the line has its counterpart,
_MIN_LONE_SLASH, _MIN_LONG = 0.9, 5  # and a lone slash this in a line of at least so many groups.
_MIN_LONE_OPEN = 0.95  # A bracket that is not closed needs this.
_SLASH, _OPEN, _CLOSED = (SIGNS.index(sign) for sign in "/()")


def find_sign_groups(
    lines: list[Line], groups: InkGroups, heights: NDArray[np.float64], labels: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Tell which groups are signs, bool (n,).

    Args:
        lines: the lines of the groups.
        groups: the groups.
        heights: float64 (n,), height of the digits around each.
        labels: intp (n,), the digit that each looks like by itself.
    """
    scores = score_signs(lines, groups, heights)
    needed = np.where(labels == 1, _MIN_STROKE_SIGN, _MIN_SIGN)
    for line in lines:
        own = line.members[labels[line.members] == 1]
        needed[own] = _require(scores[own], scores[line.members], is_long=len(line.members) >= _MIN_LONG)
    return np.asarray(scores.sum(axis=1) >= needed, np.bool_)


def _require(own: NDArray[np.float64], line: NDArray[np.float64], *, is_long: bool) -> NDArray[np.float64]:
    """Return the probability that strokes need to be signs, float64 (k,).

    Args:
        own: float64 (k, s), the probability of each sign for each stroke.
        line: float64 (m, s), the same for all groups of its line.
        is_long: whether the line has so many groups that a lone slash is unlikely.
    """
    slashes = np.count_nonzero(line[:, _SLASH] >= _MIN_PAIRED_SIGN)
    likeliest = own.argmax(axis=1)
    needed = np.full(len(own), _MIN_STROKE_SIGN)
    needed[likeliest == _SLASH] = _MIN_PAIRED_SIGN if slashes > 1 else _MIN_LONE_SLASH if is_long else _MIN_STROKE_SIGN
    if not (line[:, _CLOSED] >= _MIN_PAIRED_SIGN).any():
        needed[likeliest == _OPEN] = _MIN_LONE_OPEN
    for sign, other in ((_OPEN, _CLOSED), (_CLOSED, _OPEN)):
        if (line[:, other] >= _MIN_SIGN).any():
            needed[likeliest == sign] = _MIN_PAIRED_SIGN
    return needed
