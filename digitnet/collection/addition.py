"""Describe what an addition to a collection has changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Addition:
    """Result of an addition.

    Attributes:
        batch: name of the addition, for `Collection.undo`.
        stored: number of new digits.
        relabeled: number of known digits that got another label or writer, or were restored.
        known: number of known digits that did not change.
        strings: number of strings that were stored, without those of an export that did not change anything.
    """

    batch: str
    stored: int
    relabeled: int
    known: int
    strings: int = 0
