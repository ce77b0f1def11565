"""Spell the rows of a reading with right labels and signs, to save them as strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from digitnet import Reading
from digitnet.collection.row_texts import carry_signs, find_touched_rows, identify_rows
from digitnet.errors import AlignmentError
from digitnet.reading.signs import Signs
from digitnet.types import Boxes
from pages.corrections.picture import CorrectablePicture, CorrectedReading, apply_corrections, make_correctable
from pages.corrections.signs import place_sign
from pages.shared import model_choice


class Spelling(NamedTuple):
    """A reading with right labels and signs, and the rows of it to save as strings."""

    reading: Reading
    rows: Sequence[int]


def spell_known(picture: CorrectablePicture, corrected: CorrectedReading, labels: dict[int, int]) -> Spelling:
    """Spell the rows anew that users have corrected or confirmed, with other labels."""
    before = corrected.reading
    after = carry_signs(before, picture.components.to_reading({**corrected.labels, **labels}))
    return Spelling(after, find_touched_rows(after, before.boxes[np.isin(before.row, corrected.known_rows)]))


def spell_signs(
    spelling: Spelling, picture: CorrectablePicture, corrected: CorrectedReading, places: list[int], label: int
) -> Spelling:
    """Add components that are signs to a spelling without them.

    Args:
        spelling: the spelling in which they are not digits.
        picture: the picture.
        corrected: its corrected reading, in which they may be digits.
        places: their places.
        label: the label of the sign, see `pages.corrections.signs.to_label`.

    Raises:
        AlignmentError: a row has no other digit.
    """
    before, reading = corrected.reading, spelling.reading
    digits, signs = picture.components.find_digits(corrected.labels), [reading.signs]
    for place in places:
        is_beside = ~np.isin(digits, places)
        if place in digits:
            is_beside &= before.row == before.row[digits == place]
        rows = find_touched_rows(reading, before.boxes[is_beside])
        if not rows:
            raise AlignmentError("a sign stands beside a digit, and its row has no other.")
        signs.append(place_sign(reading, picture.components.boxes[place], label, rows))
    joined = Signs.join(signs)
    ordered = joined.select(np.lexsort((joined.boxes[:, 0], joined.place, joined.row)))
    new_rows = Signs.join(signs[1:]).row.tolist()
    return Spelling(replace(reading, signs=ordered), sorted({*spelling.rows, *new_rows}))


def carry_texts(picture: CorrectablePicture, before: Reading, boxes: Boxes) -> dict[str, str]:
    """Return the texts of the rows in other boxes, with the signs of the reading before, by digest."""
    classifier = model_choice.load_classifier(picture.model)
    components = make_correctable(picture.load_reading(), classifier, boxes)
    return list_texts(carry_signs(before, apply_corrections(replace(picture, components=components)).reading))


def list_texts(reading: Reading) -> dict[str, str]:
    """Return the texts of the rows of a reading by digest."""
    return dict(zip(identify_rows(reading), reading.row_texts, strict=True))
