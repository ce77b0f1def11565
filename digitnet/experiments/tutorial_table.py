"""Write the published figures of a tutorial's networks beside ours as a table of texts."""

from __future__ import annotations

from digitnet.experiments.published import PUBLISHED
from digitnet.experiments.studies import Trial
from digitnet.experiments.study_table import UNKNOWN, format_accuracy, format_loss, format_seconds
from digitnet.experiments.tutorial_results import RECORD, find_ours
from digitnet.experiments.tutorials import Tutorial

HEADS = (
    "Network",
    "Published accuracy",
    "Our accuracy",
    "Published loss",
    "Our loss",
    "Our seconds",
    "Seeds",
    "Date",
    "From",
)
_ORIGINS = {RECORD: "record"}
_MODELS_ORIGIN = "models here"


def tabulate(tutorial: Tutorial, trials: list[Trial]) -> list[list[str]]:
    """Return a row for each network, below `HEADS`.

    Args:
        trials: as `tutorial_results.list_trials` returns them.
    """
    return [_format_row(recipe, trials) for recipe in tutorial.recipes]


def _format_row(recipe: str, trials: list[Trial]) -> list[str]:
    published, ours = PUBLISHED[recipe], find_ours(recipe, trials)
    published_loss = UNKNOWN if published.loss is None else f"{published.loss:g}"
    row = [recipe, f"{published.accuracy:.2%}"]
    if ours is None:
        return [*row, UNKNOWN, published_loss, *[UNKNOWN] * 5]
    figures = [format_accuracy(ours.accuracy), published_loss, format_loss(ours.loss), format_seconds(ours.seconds)]
    seeds = ", ".join(map(str, ours.seeds))
    return [*row, *figures, seeds, ours.date or UNKNOWN, _ORIGINS.get(ours.origin, _MODELS_ORIGIN)]
