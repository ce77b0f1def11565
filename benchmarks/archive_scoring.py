"""Score the results of an archive whose texts are known."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from benchmarks.archive_pictures import FORMS, OTHERS, TRUTH
from digitnet.scoring.comparison import measure_edit_distance


class Score:
    """Counts of files, of those read exactly, of digits and of wrong ones, and of errors."""

    def __init__(self) -> None:
        self.files = self.exact = self.digits = self.wrong = self.errors = 0

    def add(self, truth: list[str], found: list[str]) -> None:
        """Count a file with these rows or fields."""
        self.files += 1
        self.exact += truth == found
        self.digits += len("".join(truth))
        self.wrong += measure_edit_distance("".join(truth), "".join(found))


def collect_rows(out: Path) -> dict[str, list[str]]:
    """Return the digits of each row of each file, from the top, of results without a template."""
    from digitnet.archive.parts import iterate_batches, list_parts

    found: dict[str, dict[int, str]] = defaultdict(lambda: defaultdict(str))
    for path in list_parts(out):
        for batch in iterate_batches(path, ["file", "row", "digits"]):
            for file, row, digits in zip(*batch.values(), strict=True):
                found[file][row or 0] += digits or ""
    return {file: [rows[row] for row in sorted(rows)] for file, rows in found.items()}


def score_results(folder: Path, out: Path) -> tuple[dict[str, Score], int]:
    """Score the results by kind; return the rows with an error, too."""
    from digitnet.archive.parts import iterate_batches, list_parts

    truth: dict[str, list[str]] = json.loads((folder / TRUTH).read_text())
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    errors = 0
    for part in (OTHERS, FORMS):
        for path in list_parts(out / part):
            for batch in iterate_batches(path, ["file", "row", "field", "text", "digits", "error"]):
                for file, row, field, text, digits, error in zip(*batch.values(), strict=True):
                    errors += error is not None
                    value = text if field is not None or file.startswith("amount") else digits
                    found[file].append((row or 0, value or ""))
    if lost := [file for file in truth if file not in found]:
        print(f"LOST: {len(lost):,} files, such as {lost[0]}")
    scores: dict[str, Score] = defaultdict(Score)
    for file, texts in truth.items():
        kind = file.split("/")[0]
        if kind == "form":
            scores[kind].add(texts, [text for _, text in found[file]])
        else:
            rows: dict[int, str] = defaultdict(str)
            for row, text in found[file]:
                rows[row] += text
            scores[kind].add(texts, [rows[row] for row in sorted(rows)])
    return scores, errors
