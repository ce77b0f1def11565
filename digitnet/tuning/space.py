"""Read and write the space of a search as TOML.

Each key is a setting. Its values are a list, `batch_size = [32, 64]`, or a range,
`learning_rate = { from = 0.0001, to = 0.01, log = true }`, which may have `step`, or `points` for a grid.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from typing import Any

from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.dimensions import Choice, Dimension, Range, Space, Value, round_number
from digitnet.tuning.searched_settings import SEARCHED, apply_values, list_values_to_check

MAX_VALUES, MAX_POINTS = 100, 100
_RANGE_KEYS = {"from": "low", "to": "high", "step": "step", "log": "log", "points": "points"}
_TYPE_NAMES = {int: "whole numbers", float: "numbers", str: "texts", bool: "true or false"}


def parse_space(text: str, config: TrainingConfig | None = None) -> Space:
    """Return the dimensions of a space by setting.

    Args:
        text: TOML.
        config: settings that the values must work with.

    Raises:
        ConfigError: it is no TOML, a setting is unknown, or values are wrong; the sentence names line and setting.
    """
    try:
        settings = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"The space is no valid TOML: {error}.") from None
    if not settings:
        raise ConfigError(
            "The space is empty; give at least one setting, such as batch_size = [32, 64]. "
            f"Settings: {', '.join(SEARCHED)}."
        )
    space: Space = {}
    for name, value in settings.items():
        try:
            space[name] = _parse_dimension(name, value)
            if config is not None:
                for candidate in list_values_to_check(space[name]):
                    apply_values(config, {name: candidate})
        except ConfigError as error:
            raise ConfigError(f"{_find_place(text, name)}{error}") from None
    return space


def format_space(space: Space) -> str:
    """Return a space as TOML, which `parse_space` reads."""
    return "".join(f"{name} = {_format_dimension(dimension)}\n" for name, dimension in space.items())


def _format_dimension(dimension: Dimension) -> str:
    if isinstance(dimension, Choice):
        return f"[{', '.join(map(_format_toml, dimension.values))}]"
    parts = [f"from = {_format_toml(dimension.low)}", f"to = {_format_toml(dimension.high)}"]
    if dimension.step is not None and not (dimension.is_whole and dimension.step == 1):
        parts.append(f"step = {_format_toml(dimension.step)}")
    if dimension.log:
        parts.append("log = true")
    if dimension.points is not None:
        parts.append(f"points = {dimension.points}")
    return f"{{ {', '.join(parts)} }}"


def _format_toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _find_place(text: str, name: str) -> str:
    """Return "Line 3, batch_size: "; without the line if it cannot be told."""
    pattern = re.compile(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[=.\]]""")
    line = next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)
    return f"{f'Line {line}, ' if line else ''}{name}: "


def _parse_dimension(name: str, value: Any) -> Dimension:
    if name not in SEARCHED:
        close = difflib.get_close_matches(name, SEARCHED, 1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise ConfigError(f"There is no such setting. {hint}Settings: {', '.join(SEARCHED)}.")
    if isinstance(value, dict) and set(value) == {"values"}:
        value = value["values"]
    if isinstance(value, list):
        return _parse_choice(name, value)
    if isinstance(value, dict) and {"from", "to"} <= set(value) <= set(_RANGE_KEYS):
        return _parse_range(name, **{_RANGE_KEYS[key]: entry for key, entry in value.items()})
    raise ConfigError(
        f"Expected a list of values, or from and to, with step, log or points. For example: "
        f"{name} = {SEARCHED[name].example}."
    )


def _parse_choice(name: str, values: list[Any]) -> Choice:
    types = SEARCHED[name].types
    exact = (_parse_value(name, value, types) for value in values)
    parsed = [round_number(value) if isinstance(value, float) else value for value in exact]  # As trials have them.
    if len({type(value) for value in parsed}) > 1:
        raise ConfigError(f"Expected values of one kind. Received: {values}.")
    if not 1 <= len(parsed) <= MAX_VALUES:
        raise ConfigError(f"Expected 1 to {MAX_VALUES} values. Received: {len(parsed)}.")
    if len(set(parsed)) < len(parsed):
        raise ConfigError("Expected each value once.")
    return Choice(tuple(parsed))


def _parse_range(name: str, low: Any, high: Any, step: Any = None, log: Any = False, points: Any = None) -> Range:
    numbers = tuple(kind for kind in SEARCHED[name].types if kind in (int, float))
    if not numbers:
        raise ConfigError(f"Expected a list of values, not a range. For example: {SEARCHED[name].example}.")
    low, high = (_parse_value(name, value, numbers) for value in (low, high))
    if not low < high:
        raise ConfigError(f"Expected from to be less than to. Received: {low} and {high}.")
    if not isinstance(log, bool):
        raise ConfigError(f"Expected log to be true or false. Received: {log!r}.")
    if log and (low <= 0 or step is not None):
        raise ConfigError("Expected a range with log to begin above 0, and to have no step.")
    if step is not None:
        step = _parse_value(name, step, numbers)
        if not 0 < step <= high - low:
            raise ConfigError(f"Expected step to be above 0 and at most {high - low:g}. Received: {step!r}.")
    if points is not None and not (type(points) is int and 2 <= points <= MAX_POINTS):
        raise ConfigError(f"Expected points to be from 2 to {MAX_POINTS}. Received: {points!r}.")
    return Range(low, high, 1 if isinstance(low, int) and step is None and not log else step, log, points)


def _parse_value(name: str, value: Any, types: tuple[type, ...]) -> Value:
    """Return a value as one of `types`; a whole number is a number, too."""
    if type(value) is int and float in types and abs(value) < 2**53:
        value = float(value)
    fits = type(value) in types and not (isinstance(value, float) and not math.isfinite(value))
    if not fits:
        kinds = " or ".join(_TYPE_NAMES[kind] for kind in types)
        raise ConfigError(f"Expected {kinds}. Received: {value!r}.")
    return value
