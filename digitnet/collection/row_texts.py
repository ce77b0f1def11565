"""Give the rows of a reading the signs of texts: typed ones, or stored ones by the digest of a row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from digitnet.collection.alignment import unify_signs
from digitnet.collection.samples import compute_digest
from digitnet.reading.result import Reading
from digitnet.reading.signs import SIGNS, Signs, count_first
from digitnet.segmentation.boxes import enclose
from digitnet.types import Boxes

_MAX_REACH = 1.5  # Ink that is farther from the first or last digit than so many of its heights is none of its signs.
_NOT_IN_ROWS = re.compile(rf"[^0-9\s{re.escape(SIGNS)}]")


def identify_rows(reading: Reading) -> list[str]:
    """Return a digest of the digits and places of each row, 64 hexadecimal digits; labels and signs do not count."""
    return [_identify(reading, np.flatnonzero(reading.row == row)) for row in np.unique(reading.row)]


def apply_texts(reading: Reading, texts: Mapping[str, str]) -> Reading:
    """Return a reading with the signs of texts by the digest of their row.

    A text with more or fewer digits than its row is ignored. Rows without a text keep their signs.
    """
    known = [texts.get(digest, "") for digest in identify_rows(reading)] if texts else []
    return _apply_to_rows(reading, known) if any(known) else reading


def apply_typed(text: str, before: Reading, after: Reading) -> Reading:
    """Return the reading `after` typed digits were aligned with `before`, with the signs of the text.

    A text without any sign takes the signs out if it holds the digits of `before`: nothing else was changed. If it
    holds other digits, they were typed alone, and the signs stay.

    Args:
        text: what was typed; it has as many digits as `after`.
        before: the reading that the user saw.
        after: the reading with the typed digits.
    """
    text = _NOT_IN_ROWS.sub(" ", unify_signs(text))
    digits = re.sub("[^0-9]", "", text)
    after = carry_signs(before, after)
    if not re.search(r"[^0-9\s]", text) and digits != "".join(map(str, before.labels)):
        return after
    counts = [int(np.count_nonzero(after.row == row)) for row in np.unique(after.row)]
    return _apply_to_rows(after, _split_into_rows(text, counts))


def carry_signs(before: Reading, after: Reading) -> Reading:
    """Return the reading `after` digits were taken out, found or labeled anew, with the signs of `before`."""
    kept, is_new = _match_digits(before.boxes, after.boxes)
    if not is_new.any() and (np.diff(kept) > 0).all():
        return replace(after, signs=before.signs.keep_digits(kept, after.row))
    return replace(after, signs=before.signs.place_among(after.boxes, after.row, is_new))


def carry_known_signs(read: Reading, before: Reading, after: Reading) -> Reading:
    """Return the reading `after` ink has come or gone, with the signs that a user gave the digits that are still there.

    Args:
        read: the reading before, without corrections.
        before: the reading before, with the signs that a user gave.
        after: the reading, without corrections of signs; those of its new ink stay.
    """
    kept, is_new = _match_digits(before.boxes, after.boxes)
    known, left = before.signs.select(before.signs.known), set(kept[~is_new].tolist())
    beside = zip(known.place.tolist(), known.row.tolist(), strict=True)
    stays = [any(digit in left and before.row[digit] == row for digit in (place - 1, place)) for place, row in beside]
    new = after.signs.select(_match_digits(read.signs.boxes, after.signs.boxes)[1])
    signs = Signs.join([known.select(np.array(stays, np.bool_)), new])
    return replace(after, signs=signs.place_among(after.boxes, after.row, is_new))


def find_changed_signs(read: Reading, corrected: Reading) -> NDArray[np.bool_]:
    """Return which digits belong to a number that has other signs in the corrected reading, bool (n,).

    Args:
        read: the reading with the signs that were read.
        corrected: the same digits with the right signs.
    """
    changed = np.zeros(len(read), np.bool_)
    pairs = zip(read.symbols, corrected.symbols, strict=True)
    for old, new in ((old, new) for row in pairs for old, new in zip(*row, strict=True)):
        changed[[symbol.at for symbol in new if not symbol.is_sign]] = read.spell(old) != corrected.spell(new)
    return changed


def find_touched_rows(reading: Reading, boxes: Boxes) -> list[int]:
    """Return the rows that hold any of the digits with these boxes, int32 (n, 4)."""
    is_new = _match_digits(boxes, reading.boxes)[1]
    return [int(row) for row in np.unique(reading.row[~is_new])]


def _identify(reading: Reading, members: NDArray[np.intp]) -> str:
    boxes = reading.boxes[members]
    parts = [compute_digest(reading.crops[index]).encode() for index in members]
    places = (boxes - boxes[:, [0, 1, 0, 1]].min(axis=0)).astype("<i4").tobytes()
    return hashlib.sha256(b"".join([*parts, places])).hexdigest()


def _apply_to_rows(reading: Reading, texts: Sequence[str]) -> Reading:
    """Return a reading with the signs of the text of each row; rows keep theirs if the text has other digits or none.

    Args:
        reading: the reading.
        texts: a text for each row, "" for those that keep their signs.
    """
    signs, spare = [], reading.refused
    for row, text in zip(np.unique(reading.row).tolist(), texts, strict=True):
        members = np.flatnonzero(reading.row == row)
        groups = re.split("[0-9]", unify_signs(text))
        old = reading.signs.select(reading.signs.row == row)
        signs.append(
            _align(groups, row, reading.boxes, members, old, spare) if len(groups) == len(members) + 1 else old
        )
    joined = Signs.join(signs)
    return replace(reading, signs=joined, refused=spare[_match_digits(joined.boxes, spare)[1]])


def _align(groups: list[str], row: int, boxes: Boxes, members: NDArray[np.intp], old: Signs, spare: Boxes) -> Signs:
    """Return the signs of a row as a user gave them.

    Args:
        groups: what stands before each digit of the row, and after the last one.
        row: the row.
        boxes: int32 (n, 4), of all digits.
        members: the digits of the row, as indices into `boxes`.
        old: the signs of the row so far, whose boxes stay with signs in their places.
        spare: int32 (m, 4), ink that was left out; if as much of it stands in a place as signs are new, it is theirs.
    """
    labels, found = "", list[Boxes]()
    places = list[int]()
    for index, group in enumerate(groups):
        if not group.strip():
            continue
        before = boxes[members[index - 1]] if index else None
        after = boxes[members[index]] if index < len(members) else None
        place = int(members[index]) if after is not None else int(members[-1]) + 1
        left, right = _split(group)
        if before is None or after is None:
            left, right = ("", left + right) if before is None else (left + right, "")
        free = [] if before is None else [before[[2, 1, 2, 3]]] * len(left)  # Boxes without width beside the digits.
        free += [] if after is None else [after[[0, 1, 0, 3]]] * len(right)
        found += _match_ink(left + right, free, old.select(old.place == place), _find_between(spare, before, after))
        labels, places = labels + left + right, places + [place] * len(left + right)
    count = len(labels)
    return Signs(
        np.array(list(labels), "<U1"),
        np.array(found, np.int32).reshape(-1, 4),
        np.ones(count, np.float32),
        np.array(places, np.int32),
        np.full(count, row, np.int32),
        np.ones(count, np.bool_),
    )


def _match_ink(typed: str, free: list[Boxes], old: Signs, spare: Boxes) -> list[Boxes]:
    """Return a box for each typed sign: that of an old sign, or of spare ink, or else a free one, which has no ink."""
    if len(old) == len(typed):
        return list(old.boxes)
    boxes, first, new = list(free), 0, []
    for index, label in enumerate(typed):
        same = np.flatnonzero(old.labels[first:] == label)
        if len(same):
            boxes[index] = old.boxes[first + same[0]]
            first += int(same[0]) + 1
        else:
            new.append(index)
    if len(new) == len(spare):
        for index, box in zip(new, spare, strict=True):
            boxes[index] = box
    return boxes


def _find_between(boxes: Boxes, before: Boxes | None, after: Boxes | None) -> Boxes:
    """Return the boxes between two digits, or near the first or last one, from left to right, int32 (k, 4)."""
    around = enclose(np.array([box for box in (before, after) if box is not None]))
    reach = _MAX_REACH * (around[3] - around[1])
    start = around[0] - reach if before is None else (before[0] + before[2]) / 2
    end = around[2] + reach if after is None else (after[0] + after[2]) / 2
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    is_between = (start < middles) & (middles < end) & (boxes[:, 1] < around[3]) & (boxes[:, 3] > around[1])
    found = boxes[is_between]
    return found[np.argsort(found[:, 0], kind="stable")]


def _split_into_rows(text: str, counts: list[int]) -> list[str]:
    """Split a text into rows of so many digits."""
    digits, groups = re.findall("[0-9]", text), re.split("[0-9]", text)
    rows, start = [], 0
    before = groups[0]
    for end in accumulate(counts):
        after, following = (groups[end], "") if end == len(digits) else _split(groups[end])
        inner = [
            digit + group for digit, group in zip(digits[start:end], [*groups[start + 1 : end], after], strict=True)
        ]
        rows.append(before + "".join(inner))
        before, start = following, end
    return rows


def _split(group: str) -> tuple[str, str]:
    """Split what stands between two digits into what belongs to the first and to the second.

    A line break parts it, or else spaces; signs with spaces around them, or none, go by their kind.
    """
    first, line_break, second = group.partition("\n")
    if line_break:
        return _squeeze(first), _squeeze(second)
    parts = group.split()
    start = parts.pop(0) if parts and len(parts[0]) < len(group) and not group[0].isspace() else ""
    end = parts.pop() if parts and len(parts[-1]) < len(group) and not group[-1].isspace() else ""
    middle = "".join(parts)
    cut = count_first(middle)
    return start + middle[:cut], middle[cut:] + end


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _match_digits(boxes: Boxes, others: Boxes) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the index of each of the other boxes among `boxes`, intp (n,), and which are not there, bool (n,)."""
    places = {box.tobytes(): index for index, box in enumerate(boxes)}
    found = np.array([places.get(box.tobytes(), -1) for box in others], np.intp)
    return found, found < 0
