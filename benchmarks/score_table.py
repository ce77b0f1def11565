"""Print the scores of several readers on several sets as a table, a line for each set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.cases import CaseSet, ReaderMaker
from benchmarks.scoring import ReaderScore, format_cell, score_set

MAX_REFUSED_SHARE = 0.02  # The share of true digits that may be refused at the level.


def format_table(sets: Iterator[CaseSet], makers: Mapping[str, ReaderMaker], errors: Path | None) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is known, then the tables of doubts and of acceptance.

    Args:
        makers: makers of the readers, by name.
        errors: folder for sheets of misread pictures, or None.
    """
    typical: dict[str, list[ReaderScore]] = {name: [] for name in makers}
    doubts = [["doubted / not, if wrong", *makers], ["---"] * (1 + len(makers))]
    accepted = [
        ["accepted / wrong of these", *makers, "signs unmarked, too", "texts with signs right"],
        ["---"] * (3 + len(makers)),
    ]
    yield format_line("set", "pictures", "digits", *makers)
    yield format_line(*["---"] * (3 + len(makers)))
    for cases in sets:
        scores = score_set(cases, {name: maker(cases.kind) for name, maker in makers.items()}, errors)
        for name in makers if cases.typical else ():
            typical[name].append(scores[name])
        if cases.kind == "nondigit":
            yield from format_refusals(cases.name, scores, typical)
            continue
        sizes = [f"{total:,}" for total in next((score.count, score.digits) for score in scores.values())]
        yield format_line(cases.name, *sizes, *(score.format_cell() for score in scores.values()))
        doubts.append([cases.name, *(score.doubts.format_cell() for score in scores.values())])
        own = next(iter(scores.values()))
        acceptance = [score.format_acceptance() for score in scores.values()]
        accepted.append([cases.name, *acceptance, own.format_unmarked(), own.format_texts()])
    for table in (doubts, accepted):
        yield ""
        for cells in table:
            yield format_line(*cells, widths=())


def format_refusals(
    name: str, scores: Mapping[str, ReaderScore], typical: Mapping[str, list[ReaderScore]]
) -> Iterator[str]:
    """Yield a line of refusals as they come, and one at the level that refuses 2% of true digits.

    Args:
        scores: score of each reader on the non-digits.
        typical: scores of each reader on the true digits that determine the level.
    """
    plain_cells, level_cells = [], []
    for reader, score in scores.items():
        total = sum(true.count for true in typical[reader])
        refused = sum(true.blank for true in typical[reader]) / total if total else 0.0
        plain_cells.append(format_cell(refused, score.blank / score.count, score.median_seconds))
        level_cells.append(_format_level_cell(score, [value for true in typical[reader] for value in true.confidences]))
    sizes = [f"{next(iter(scores.values())).count:,}", "-"]
    yield format_line(f"{name}, as they come", *sizes, *plain_cells)
    yield format_line(f"{name}, at the level", *sizes, *level_cells)


def _format_level_cell(score: ReaderScore, true_confidences: list[float]) -> str:
    if not true_confidences or not score.confidences:
        return "-"
    level = sorted(true_confidences)[int(MAX_REFUSED_SHARE * len(true_confidences))]
    refused = float(np.mean(np.array(true_confidences) < level))
    return format_cell(refused, float(np.mean(np.array(score.confidences) < level)), score.median_seconds)


def format_line(*cells: str, widths: Sequence[int] = (24, 8, 6)) -> str:
    """Return cells side by side; cells beyond `widths` are 24 characters wide."""
    all_widths = [*widths, *[24] * (len(cells) - len(widths))]
    return "| " + " | ".join(f"{text:<{width}}" for text, width in zip(cells, all_widths, strict=True)) + " |"
