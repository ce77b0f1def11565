"""Make hard pages of handwriting and score their reading.

Usage: python benchmarks/pages.py [--kinds NAME ...]

Rows of digits are written with pens of many widths and colors on several papers, lit and photographed in many ways.
A kind and a seed always give the same page. The strokes are the middle lines of MNIST's training digits, so that
nothing is chosen by looking at the test digits. On some kinds lines, boxes, circles or tables stand around the numbers,
or their places make an order of their own: sums, blocks side by side, lists, notes. A table is exact if its cells are,
the empty ones, too.

The column `rows` is the share of rows that are read right, in their order; `columns` that of the columns of tables
whose numbers are found in the right rows, whatever they are read as.

The column `bare` is the share of digits misread on the bare ink, without paper, light and camera; the difference
between `wrong` and `bare` is the cost of finding the ink.

`--samples` makes the sample pictures of the Photos page instead, from test digits.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.cases import SAMPLES, Case
from benchmarks.error_sheets import save_error_sheet
from benchmarks.page_composition import DRAWN, make_page, save_samples
from benchmarks.page_kinds import KINDS
from benchmarks.table_scoring import Share, count_in_order, list_filled_rows
from digitnet.models.classifier import Classifier
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.scoring.comparison import measure_edit_distance, remove_spaces


def score_kind(name: str, seeds: range, classifier: Classifier, errors: Path | None) -> tuple[int, int, int]:
    """Read pages of a kind and print a line of scores.

    Args:
        errors: folder for a sheet of each misread page, or None.

    Returns:
        The number of wrong digits, of wrong digits on the bare ink, and of all digits.
    """
    wrong = bare = digits = exact = 0
    rows_right, columns_right = Share(), Share()
    times = []
    for seed in seeds:
        image, rows, ink, table = make_page(name, seed)
        started = time.perf_counter()
        reading = read(image, classifier)
        times.append(time.perf_counter() - started)
        found, cells = remove_spaces(reading.rows), to_table(reading_to_dict("", reading))
        wrong += measure_edit_distance("".join(rows), "".join(found))
        bare += measure_edit_distance("".join(rows), "".join(remove_spaces(read(ink, classifier).rows)))
        digits, is_exact = digits + len("".join(rows)), found == rows and _is_table(cells, table)
        exact += is_exact
        rows_right.add(count_in_order(rows, found), len(rows))
        columns = list_filled_rows(table)
        columns_right.add(count_in_order(columns, list_filled_rows(cells)), len(columns))
        if errors and not is_exact:
            save_error_sheet(errors, Case(f"{name.replace(' ', '_')}_{seed}", image, rows), reading)
    milliseconds = statistics.median(times) * 1000
    shares = f"{wrong / digits:>7.2%} {bare / digits:>7.2%} {digits:>7}"
    order = f"{rows_right!s:>7} {columns_right!s:>8}"
    print(f"{name:<18} {shares} {exact:>5} / {len(seeds):<4} {order} {milliseconds:>7.1f}", flush=True)
    return wrong, bare, digits


def _is_table(cells: list[list[str]], table: Sequence[Sequence[str]]) -> bool:
    """Tell whether a reading has the cells of a table; any reading has those of a page without one."""
    return not table or cells == [list(row) for row in table]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = [*KINDS, *DRAWN]
    parser.add_argument("--kinds", nargs="+", choices=kinds, metavar="NAME", default=kinds)
    parser.add_argument("--pages", type=int, default=10, help="pages of each kind (default 10)")
    parser.add_argument("--first", type=int, default=0, help="the first page's seed (default 0)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save each misread page here")
    parser.add_argument("--samples", action="store_true", help="make the sample pictures of the Photos page")
    args = parser.parse_args()
    if args.samples:
        save_samples(SAMPLES)
        return
    classifier = Classifier.load(args.model)
    seeds = range(args.first, args.first + args.pages)
    print(f"{'kind':<18} {'wrong':>7} {'bare':>7} {'digits':>7} {'exact':>12} {'rows':>7} {'columns':>8} {'ms':>7}")
    totals = np.array([score_kind(name, seeds, classifier, args.errors) for name in args.kinds])
    wrong, bare, digits = totals.sum(axis=0)
    print(f"{'all':<18} {wrong / digits:>7.2%} {bare / digits:>7.2%} {digits:>7}")


if __name__ == "__main__":
    main()
