"""Make a config for each of several values of one setting, or of two, and for several seeds."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping

from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.sweep_settings import SETTINGS, get_setting, parse_values
from digitnet.models.store import MAX_NAME_CHARACTERS

MAX_VALUES = 12  # Values of a setting in one sweep.
MAX_SETTINGS = 2
MAX_SEEDS = 10
MAX_RUNS = 150


def make_variants(config: TrainingConfig, tries: Mapping[str, str], seeds: int = 1) -> list[TrainingConfig]:
    """Return a config for each combination of values and each seed.

    They differ only in the settings tried, seed, name and variant. All combinations with the first seed come first.

    Args:
        tries: values with commas between them, such as "0, 0.2, 0.4", by setting, one or two of
            `sweep_settings.SETTINGS`.
        seeds: number of seeds: that of `config` and those that follow it.

    Raises:
        ConfigError: a value cannot be parsed or cannot work, there are too few or too many settings, values, seeds or
            runs, or the network has no such layers.
    """
    values = {setting: parse_values(setting, texts) for setting, texts in tries.items()}
    _check_counts([len(texts) for texts in values.values()], seeds)
    return [
        make_variant(config, dict(zip(values, texts, strict=True)), seed)
        for seed in range(config.seed, config.seed + seeds)
        for texts in itertools.product(*values.values())
    ]


def make_variant(config: TrainingConfig, texts: Mapping[str, str], seed: int) -> TrainingConfig:
    """Return the config of one run: `config` with the value of each setting, as text, and a seed; raises ConfigError.

    Its name is that of `config` with settings, values and, if it differs, the seed.
    """
    name, changed = config.name, config
    for setting, text in texts.items():
        for value in parse_values(setting, text).values():
            changed = get_setting(setting).apply(changed, value)
        name += f"-{setting.replace('_', '-')}-{text.lower().replace(' ', '-')}"
    name += f"-seed-{seed}" if seed != config.seed else ""
    if len(name) > MAX_NAME_CHARACTERS:  # Its end tells it from the others.
        kept = MAX_NAME_CHARACTERS // 4
        name = name[:kept] + "-" + name[kept + 1 - MAX_NAME_CHARACTERS :].lstrip("-._")
    group, variant = name_group(config.name, texts), ", ".join(texts.values())
    return changed.replace(name=name, seed=seed, group=group, variant=variant)


def name_group(name: str, settings: Iterable[str]) -> str:
    """Return the name of the runs that compare these settings: "Batch size and epochs of quick"."""
    labels = " and ".join(get_setting(setting).label.lower() for setting in settings)
    return f"{labels[:1].upper()}{labels[1:]} of {name}"


def list_labels(group: str) -> list[str]:
    """Return the labels of the settings that a group compares: "Batch size", "Epochs"."""
    labels = (group.rpartition(" of ")[0] or "Value").split(" and ")
    return [f"{label[:1].upper()}{label[1:]}" for label in labels]


def split_variant(variant: str) -> tuple[str, ...]:
    """Return the values of a run, one for each setting that its group compares."""
    return tuple(variant.split(", "))


def sort_values(texts: Iterable[str]) -> list[str]:
    """Return values, each once, in the order of their numbers, or as they are if one is no number."""
    values = list(dict.fromkeys(texts))
    return sorted(values, key=float) if is_numeric(values) else values


def is_numeric(texts: Iterable[str]) -> bool:
    """Return whether all values are numbers."""
    try:
        return all(math.isfinite(float(text)) for text in texts)
    except ValueError:
        return False


def find_base_name(name: str) -> str:
    """Return the name from which `make_variants` made the name of a run, or "" if it did not make it."""
    settings = "|".join(setting.replace("_", "-") for setting in SETTINGS)
    match = re.fullmatch(rf"(.+?)-(?:{settings})-.+", name)
    return match[1] if match else ""


def check_seeds(seeds: int) -> None:
    """Raise ConfigError if so many seeds are too few or too many."""
    if not 1 <= seeds <= MAX_SEEDS:
        raise ConfigError(f"Expected 1 to {MAX_SEEDS} seeds. Received: {seeds}.")


def _check_counts(values: list[int], seeds: int) -> None:
    if not 1 <= len(values) <= MAX_SETTINGS:
        raise ConfigError(f"Expected one or two settings to try values of. Received: {len(values)}.")
    for count in values:
        if not 1 <= count <= MAX_VALUES:
            raise ConfigError(f"Expected 1 to {MAX_VALUES} values with commas between them. Received: {count}.")
    check_seeds(seeds)
    runs = seeds * values[0] * values[-1] if len(values) > 1 else seeds * values[0]
    if runs > MAX_RUNS:
        raise ConfigError(f"Expected at most {MAX_RUNS} runs. Received: {runs}; try fewer values or seeds.")
