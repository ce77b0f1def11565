"""Find our figures of a tutorial's networks, and plan the runs that are missing.

Ours are those of models trained with a recipe's own settings, whatever their name and seed. Without any, they are those
of the project's record, `benchmarks/recipes.json`, which a clone has.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NamedTuple

from digitnet import paths
from digitnet.access.permissions import guarded
from digitnet.errors import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.studies import DONE, Spread, Trial, measure_figures, measure_spread, summarize_trials
from digitnet.experiments.study_runs import with_free_name
from digitnet.experiments.sweeps import check_seeds
from digitnet.experiments.tutorials import Tutorial
from digitnet.models import store
from digitnet.models.card import STOPPED, read_card

MODELS, RECORD = "models", "record"


class Ours(NamedTuple):
    """Our figures of one network.

    Attributes:
        seeds: seeds of the trainings.
        date: year, month and day of the last one as YYYY-MM-DD.
        origin: `MODELS`, or `RECORD` for the project's record.
    """

    accuracy: Spread | None
    loss: Spread | None
    seconds: Spread | None
    seeds: tuple[int, ...]
    date: str
    origin: str


@guarded("training.look")
def list_trials(*tutorials: Tutorial) -> list[Trial]:
    """Return the models and the unfinished runs with the settings of the tutorials' recipes, by recipe and seed."""
    recipes = [recipe for tutorial in tutorials for recipe in tutorial.recipes]
    trials: dict[tuple[str, int], Trial] = {}
    for card in sorted(map(read_card, store.list_models()), key=lambda card: card.finished):
        if card.recipe in recipes and card.ended != STOPPED and is_as_published(card.raw_config):
            seed = int(card.config.get("seed", 0))
            trials[card.recipe, seed] = Trial(
                card.name, (card.recipe,), seed, DONE, measure_figures(card), card.finished or card.date
            )
    for run in list_runs():
        settings = run.read_settings()
        if settings.get("recipe") in recipes and is_as_published(settings):
            recipe, seed = str(settings["recipe"]), int(settings.get("seed", 0))
            trials[recipe, seed] = Trial(run.name, (recipe,), seed, run.read_status().state)
    return [trials[key] for key in sorted(trials, key=lambda key: (recipes.index(key[0]), key[1]))]


def is_as_published(settings: dict[str, Any]) -> bool:
    """Return whether settings of a run or card are those of their recipe, but for names and seed."""
    with suppress(DigitnetError, KeyError, TypeError):
        layers = RECIPES[settings["recipe"]].layers  # Older cards lack the layers if they are the recipe's.
        config = TrainingConfig.from_dict({"layers": layers, **settings})
        expected = TrainingConfig.from_recipe(config.recipe)
        return config.replace(name=expected.name, group="", variant="", seed=expected.seed) == expected
    return False


def find_ours(recipe: str, trials: list[Trial]) -> Ours | None:
    """Return our figures of a recipe from the models among `trials`, else from the record, None if it has none."""
    done = [trial for trial in trials if trial.is_done and trial.values == (recipe,)]
    if done:
        row = summarize_trials((recipe,), done)
        date = max(trial.finished for trial in done)[:10]
        return Ours(row.accuracy, row.loss, row.seconds, tuple(trial.seed for trial in done), date, MODELS)
    return _read_record(recipe)


def plan(tutorial: Tutorial, seeds: int = 1) -> list[TrainingConfig]:
    """Return the config of each of the tutorial's networks for the seeds 0, 1, ..., all with seed 0 first.

    Raises:
        ConfigError: there are too few or too many seeds.
    """
    check_seeds(seeds)
    return [
        TrainingConfig.from_recipe(recipe, seed=seed, name=f"{recipe}-seed-{seed}" if seed else recipe)
        for seed in range(seeds)
        for recipe in tutorial.recipes
    ]


def list_missing(tutorial: Tutorial, trials: list[Trial], seeds: int = 1) -> list[TrainingConfig]:
    """Return those configs of a plan that are not among `trials`, models and runs; raises ConfigError."""
    known = {(trial.values[0], trial.seed) for trial in trials}
    return [config for config in plan(tutorial, seeds) if (config.recipe, config.seed) not in known]


@guarded("training.look")
def find_unfinished(config: TrainingConfig, tutorial: Tutorial) -> TrainingConfig | None:
    """Return the config with which to train or resume one run of a plan, None if it is done."""
    trials = [t for t in list_trials(tutorial) if (t.values, t.seed) == ((config.recipe,), config.seed)]
    if not trials:
        return with_free_name(config)
    return None if trials[0].is_done else Run(trials[0].name).read_config()


@guarded("training.start")
def start(tutorial: Tutorial, seeds: int = 1) -> None:
    """Queue those runs of a tutorial that are neither done nor under way; resume those that were stopped.

    Raises:
        TrainingError: TensorFlow is missing, or the folder of models cannot be written.
        QuotaError: too many runs would wait, or the disk is nearly full.
    """
    with queue.start_lock():
        trials = {(trial.values[0], trial.seed): trial for trial in list_trials(tutorial)}
        queue.check_quotas(sum((config.recipe, config.seed) not in trials for config in plan(tutorial, seeds)))
        for config in plan(tutorial, seeds):
            trial = trials.get((config.recipe, config.seed))
            if trial is None:
                queue.start(with_free_name(config))
            elif not trial.is_done:
                queue.resume_all([trial.name])


def _read_record(recipe: str) -> Ours | None:
    """Return the figures of a recipe's runs in the record, None without any."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        record = json.loads((paths.ROOT / "benchmarks" / "recipes.json").read_text(encoding="utf-8"))
        runs = record[recipe]["runs"]
        accuracy, loss, seconds = (
            measure_spread(run.get(key) for run in runs) for key in ("test_accuracy", "test_loss", "seconds")
        )
        seeds = tuple(int(run["seed"]) for run in runs)
        return Ours(accuracy, loss, seconds, seeds, max(str(run["date"]) for run in runs), RECORD)
    return None
