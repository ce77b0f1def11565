"""Plan and start the runs of a study; what is done is not repeated."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from digitnet.access.permissions import guarded
from digitnet.errors import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import RESTING_STATES
from digitnet.experiments.studies import Trial, find_study
from digitnet.experiments.sweeps import make_variant, make_variants
from digitnet.models import editing
from digitnet.models.card import require_card


@guarded("training.look")
def plan(config: TrainingConfig, tries: Mapping[str, str], seeds: int = 1) -> list[TrainingConfig]:
    """Return the configs of a study; those that are done or under way are among them.

    If a study of that name has other settings besides those tried, the names of this one end in -2, -3, ...

    Args:
        config, tries, seeds: as `sweeps.make_variants` takes them, whose ConfigErrors it raises.
    """
    base, number = config, 2
    while not _fits(variants := make_variants(base, tries, seeds), base, list(tries)):
        base, number = config.replace(name=f"{config.name[:58]}-{number}"), number + 1
    return variants


@guarded("training.start")
def start(configs: list[TrainingConfig]) -> str:
    """Queue those runs of a plan that are neither done nor under way; return the name of the study.

    Raises:
        TrainingError: TensorFlow is missing, or the folder of models cannot be written.
        QuotaError: too many runs would wait, or the disk is nearly full.
    """
    with queue.start_lock():
        trials = find_trials(configs)
        queue.check_quotas(sum(trial is None or trial.state in RESTING_STATES for trial in trials))
        for config, trial in zip(configs, trials, strict=True):
            if trial is None:
                queue.start(with_free_name(config))
            elif trial.state in RESTING_STATES:
                queue.resume(trial.name)
    return configs[0].group


@guarded("training.look")
def list_missing(configs: list[TrainingConfig]) -> list[TrainingConfig]:
    """Return the configs of a plan that are neither done, nor queued, nor trained right now."""
    trials = zip(configs, find_trials(configs), strict=True)
    return [config for config, trial in trials if trial is None or trial.state in RESTING_STATES]


@guarded("training.look")
def find_trials(configs: list[TrainingConfig]) -> list[Trial | None]:
    """Return the trial of each config of a plan, None if there is none yet."""
    study = find_study(configs[0].group)
    trials = {(", ".join(trial.values), trial.seed): trial for trial in study.trials} if study else {}
    return [trials.get((config.variant, config.seed)) for config in configs]


@guarded("training.look")
def find_unfinished(config: TrainingConfig) -> TrainingConfig | None:
    """Return the config with which to train or resume one run of a plan, None if it is done."""
    (trial,) = find_trials([config])
    if trial is None:
        return with_free_name(config)
    return None if trial.is_done else Run(trial.name).read_config()


@guarded("training.look")
def with_free_name(config: TrainingConfig) -> TrainingConfig:
    """Return the config, with another name if its own is that of a model or a run."""
    return config.replace(name=editing.find_free_name(config.name, taken=[run.name for run in list_runs()]))


def _fits(variants: list[TrainingConfig], base: TrainingConfig, settings: list[str]) -> bool:
    """Return whether all trials of the study of these variants have the settings of `base` but for those tried."""
    study = find_study(variants[0].group)
    return all(_is_variant(trial, base, settings) for trial in study.trials) if study else True


def _is_variant(trial: Trial, base: TrainingConfig, settings: list[str]) -> bool:
    with suppress(DigitnetError):
        expected = make_variant(base, dict(zip(settings, trial.values, strict=True)), trial.seed)
        return _strip_names(_load_config(trial)) == _strip_names(expected)
    return False


def _load_config(trial: Trial) -> TrainingConfig:
    """Return the settings of a trial's run or model; raises DigitnetError."""
    if not trial.is_done:
        return Run(trial.name).read_config()
    return TrainingConfig.from_dict(require_card(trial.name).raw_config)


def _strip_names(config: TrainingConfig) -> TrainingConfig:
    """Return the settings that decide on the result; a card does not keep the folder of handwriting.

    The accounts are those that whoever started the trials may see.
    """
    return config.replace(name="x", group="", variant="", hands="", accounts=())
