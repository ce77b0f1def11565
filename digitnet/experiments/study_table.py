"""Write the figures of a study as a table of texts, for pages and the command line."""

from __future__ import annotations

from digitnet.experiments.studies import Row, Spread, Study

FIGURES = ("Test accuracy", "Test loss", "Gap", "Seconds", "Runs")
GAP_EXPLANATION = (
    "Gap: accuracy on digits trained on less accuracy on the test digits, in percentage points. ±: standard "
    "deviation over seeds."
)
UNKNOWN = "–"


def tabulate(study: Study) -> tuple[list[str], list[list[str]]]:
    """Return the heads of the columns, and a row of texts for each combination of values."""
    return [*study.labels, *FIGURES], [_format_row(row) for row in study.summarize()]


def format_accuracy(spread: Spread | None) -> str:
    """Format a test accuracy: "98.15%" or, of several seeds, "98.15% ± 0.12"."""
    return _format(spread, "{:.2f}%", "{:.2f}", 100)


def format_loss(spread: Spread | None) -> str:
    """Format a test loss: "0.0742" or, of several seeds, "0.0742 ± 0.0011"."""
    return _format(spread, "{:.4f}", "{:.4f}")


def format_seconds(spread: Spread | None) -> str:
    """Format seconds: "58" or, of several seeds, "58 ± 3"."""
    digits = "{:.0f}" if spread and spread.mean >= 10 else "{:.1f}"
    return _format(spread, digits, digits)


def _format_row(row: Row) -> list[str]:
    runs = f"{row.done}" if row.done == row.total else f"{row.done} of {row.total}"
    gap = _format(row.gap, "{:+.2f}", "{:.2f}", 100)
    return [*row.values, format_accuracy(row.accuracy), format_loss(row.loss), gap, format_seconds(row.seconds), runs]


def _format(spread: Spread | None, mean: str, deviation: str, factor: float = 1) -> str:
    if spread is None:
        return UNKNOWN
    text = mean.format(factor * spread.mean)
    return f"{text} ± {deviation.format(factor * spread.deviation)}" if spread.runs > 1 else text
