"""Check single settings of a training run."""

from __future__ import annotations

from digitnet.errors import ConfigError

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "tuple[str, ...]": (tuple,),
}


def check_type(setting: str, value: object, expected: str) -> None:
    """Raise ConfigError unless a setting has the type of its field, such as "int"."""
    fits = isinstance(value, _TYPES[expected]) and (expected == "bool" or not isinstance(value, bool))
    check(setting, value, f"of type {expected}", fits)


def check(setting: str, value: object, expected: str, holds: bool) -> None:
    """Raise ConfigError unless `holds`; its sentence says what is expected."""
    if not holds:
        raise ConfigError(f"Expected {setting} to be {expected}. Received: {value!r}.")
