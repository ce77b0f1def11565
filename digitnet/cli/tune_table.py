"""Print the trials of a search while it goes on: on a terminal as one table, elsewhere a line for each change."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType

from digitnet.cli.tables import format_columns
from digitnet.tuning.search import Search
from digitnet.tuning.trial_records import RUNNING, TrialRecord, Trials, find_best
from digitnet.tuning.trial_table import describe_importance, format_objective, list_heads, tabulate

_LINES_BESIDE_TRIALS = 4


class LiveTable:
    """The table of a search; it is drawn anew over itself on a terminal."""

    def __init__(self, search: Search) -> None:
        self._search, self._settings = search, search.read_settings()
        self._is_live = sys.stdout.isatty()
        self._drawn_lines = 0
        self._printed: set[tuple[int, str]] = set()

    def __enter__(self) -> LiveTable:
        settings = self._settings
        print(f"Search {self._search.name}: {settings.trials} trials of {settings.config.recipe} by {settings.method}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            print(f"Stopped; go on with: digitnet tune --resume {self._search.name}")

    def show(self, trials: Trials) -> None:
        """Show the trials as they are now."""
        best = find_best(trials.records, is_maximized=self._settings.is_maximized)
        if self._is_live:
            self._draw(trials, best)
            return
        for record in trials.records:
            if (record.number, record.state) not in self._printed:
                self._printed.add((record.number, record.state))
                heads, (row,) = list_heads(self._settings), tabulate(self._settings, [record], None)
                cells = [f"{head.lower()} {cell}" for head, cell in zip(heads, row, strict=True) if cell != "–"]
                print(", ".join(cells), flush=True)

    def _draw(self, trials: Trials, best: TrialRecord | None) -> None:
        size = shutil.get_terminal_size()
        rows = tabulate(self._settings, trials.records, best)
        lines = format_columns(list_heads(self._settings), rows).splitlines()
        hidden = max(0, len(rows) - max(1, size.lines - _LINES_BESIDE_TRIALS))
        lines = [lines[0], *lines[1 + hidden :], self._describe(trials, hidden)]
        print(f"\x1b[{self._drawn_lines}F\x1b[0J" if self._drawn_lines else "", end="")
        print("\n".join(line[: size.columns - 1] for line in lines), flush=True)
        self._drawn_lines = len(lines)

    def _describe(self, trials: Trials, hidden: int) -> str:
        """Say how many trials have ended, and how long the rest takes."""
        ended = sum(record.state != RUNNING for record in trials.records)
        ends = self._search.read_status().ends
        left = "" if ends is None else f", about {max(0, ends - time.time()) / 60:.0f} min left"
        above = f", {hidden} above not shown" if hidden else ""
        return f"{ended} of {self._settings.trials} trials have ended{above}{left}"


def print_result(search: Search) -> None:
    """Print the whole table, the best trial, and how much each setting matters."""
    settings, trials = search.read_settings(), search.read_trials()
    best = find_best(trials.records, is_maximized=settings.is_maximized)
    print(f"\n{format_columns(list_heads(settings), tabulate(settings, trials.records, best))}")
    if best is None:
        print("No trial is done.")
        return
    test = "" if best.test_accuracy is None else f"; {best.test_accuracy:.2%} of the test digits, which decided nothing"
    print(f"Best: {best.runs[0]}, {format_objective(settings, best)} on the held-out digits{test}.")
    if trials.importance:
        print(f"Importance: {describe_importance(trials.importance)}.")
    for record in trials.records:
        if record.problem:
            print(f"Trial {record.number}: {record.problem}")
