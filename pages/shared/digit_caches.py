"""Forget cached results that hold people's digits, and leave those of everybody else's models and photos."""

from __future__ import annotations

from typing import Any, TypeVar

_C = TypeVar("_C")
_holders: dict[str, Any] = {}  # By their names: Streamlit may load a module anew.


def holding_digits(function: _C) -> _C:
    """Register a cached function whose results hold pictures or numbers of people's digits; a decorator."""
    cached: Any = function
    _holders[f"{cached.__module__}.{cached.__qualname__}"] = cached
    return function


def forget_digits() -> None:
    """Forget the results of all functions that hold digits."""
    for function in _holders.values():
        function.clear()
