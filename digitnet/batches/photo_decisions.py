"""Put what people have decided of numbers into the entry of a photo."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import digit

import numpy as np

from digitnet.batches.records import LEFT_OUT, Decision
from digitnet.reading.entry_notes import note
from digitnet.segmentation.boxes import enclose

_Entry = dict[str, Any]


def decide_photo(entry: _Entry, decisions: Mapping[str, Decision]) -> tuple[_Entry, list[str]]:
    """Return the entry of a photo with what was decided of its numbers, and the keys of those that are left.

    Each row has its number, "row", which stays as it was if rows before it are left out.

    Args:
        entry: the entry, see `reading.export.reading_to_dict`.
        decisions: the decisions that hold, by the keys of numbers.
    """
    rows: list[_Entry] = []
    keys: list[str] = []
    for at, row in enumerate(entry["rows"]):
        own = {f"{at}:{column}": parts for column, parts in enumerate(_iterate_numbers(row))}
        kept = {key: parts for key, parts in own.items() if not _is_left_out(decisions.get(key))}
        if kept or not own:
            joined = _join(row, [_decide(*parts, decisions.get(key)) for key, parts in kept.items()])
            rows.append({"row": at + 1} | (joined if len(kept) == len(own) else _measure(joined)))
            keys += kept
    return note(entry | {"rows": rows}), keys


def _iterate_numbers(row: _Entry) -> Iterator[tuple[_Entry, list[_Entry]]]:
    """Yield each number of a row with its digits and signs, in the order of its text."""
    digits, signs = iter(row["digits"]), iter(row["signs"])
    for number in row["numbers"]:
        yield number, [next(digits if text.isdigit() else signs) for text in number["text"] if text != " "]


def _is_left_out(decision: Decision | None) -> bool:
    return decision is not None and decision.kind == LEFT_OUT


def _decide(number: _Entry, symbols: list[_Entry], decision: Decision | None) -> tuple[_Entry, list[_Entry]]:
    """Return a number with its digits and signs as they were decided; their boxes are then that of the number."""
    if decision is None:
        return number, symbols
    text = "".join(decision.text.split())
    about = {"confidence": None, "doubtful": False, "corrected": True, "box": number["box"]}
    made = [
        {"digit": digit(symbol), "runner_up": None, **about} if symbol.isdigit() else {"sign": symbol, **about}
        for symbol in text
    ]
    changed = number | {"text": text, "confidence": None, "digits_only": "".join(filter(str.isdigit, text))}
    if "fits" in number:
        changed["fits"] = True  # Whoever has decided knows better.
    changed.pop("plain", None)
    return changed, made


def _measure(row: _Entry) -> _Entry:
    """Return a row of which numbers were left out with the confidence and the box of those that are left."""
    confidences = [number["confidence"] for number in row["numbers"]]
    boxes = np.array([number["box"] for number in row["numbers"]], np.int32)
    confidence = None if None in confidences else round(math.prod(confidences), 4)
    return row | {"confidence": confidence, "box": enclose(boxes).tolist()}


def _join(row: _Entry, numbers: list[tuple[_Entry, list[_Entry]]]) -> _Entry:
    """Return a row with these numbers, each with its digits and signs."""
    digits: list[_Entry] = []
    signs: list[_Entry] = []
    for symbol in (symbol for _, symbols in numbers for symbol in symbols):
        if "digit" in symbol:
            digits.append(symbol)
        else:
            signs.append(symbol | {"place": len(digits)})
    is_corrected = any(number["confidence"] is None for number, _ in numbers)
    return row | {
        "text": " ".join(number["text"] for number, _ in numbers),
        "confidence": None if is_corrected else row["confidence"],
        "numbers": [number for number, _ in numbers],
        "digits": digits,
        "signs": signs,
        "digits_only": " ".join(number["digits_only"] for number, _ in numbers),
    }
