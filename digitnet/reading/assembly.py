"""Assemble a reading from decoded digits and the lines that they stand in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.line_parts import score_numbers
from digitnet.decoding.picture_views import PictureViews
from digitnet.expectations.expect import Expect
from digitnet.labels import CLASSES
from digitnet.models.number_levels import APART, PICTURE, STROKES
from digitnet.reading.expectation import use_expectation
from digitnet.reading.line_signs import FoundSigns, place_signs
from digitnet.reading.number_confidence import (
    adjust_for_neighbors,
    collect_evidence,
    multiply_by_number,
    spread_confidence,
)
from digitnet.reading.result import Reading
from digitnet.reading.stages import Stages
from digitnet.reading.table_grid import part_by_lines
from digitnet.reading.words import find_label_letters, find_letters
from digitnet.segmentation.boxes import have_middle_in
from digitnet.segmentation.rows import find_numbers
from digitnet.types import Boxes, Probabilities

_MIN_COMPLETE = 0.7  # From this probability on that no sign is missing before a digit, it is as sure as without signs.


def assemble(
    digits: DecodedDigits,
    size: tuple[int, int],
    stages: Stages,
    level: float,
    lone_odds: float = 1.0,
    views: PictureViews | None = None,
    expect: Expect | None = None,
    grid: Boxes | None = None,
    known_signs: FoundSigns | None = None,
) -> Reading:
    """Assemble a reading with boxes in pixels of its picture.

    Args:
        digits: the digits, in pixels of the ink map.
        size: width and height of the picture.
        stages: the intermediate results.
        level: confidence below which a number is doubtful.
        lone_odds: as for `adjust_for_neighbors`.
        views: the picture as one line, if it may be one.
        expect: what is expected of each number, None if nothing is.
        grid: int32 (k, 4), the ends of the lines of a given table, in pixels of the picture; None without one.
        known_signs: signs that were found in the lines before.
    """
    known_signs = {} if known_signs is None else known_signs
    labels = digits.labels
    signs, complete = place_signs(digits, labels, stages.ink.map, known_signs)
    structure = None if grid is not None else stages.ink.structure  # A given table takes the place of found lines.
    number = find_numbers(digits.boxes, digits.row, signs.boxes, signs.place, structure)
    if grid is not None:
        lines = np.round(grid * stages.ink.scale).astype(np.int32)
        number = part_by_lines(number, digits.boxes, lines)
    probabilities = adjust_for_neighbors(digits.probabilities[:, :CLASSES], number, lone_odds)
    evidence = None
    if digits.lines:
        in_line, in_picture = _score_numbers(digits, labels, number, views)
        evidence = collect_evidence(probabilities, number, in_line, in_picture, _name_ways(digits, number))
        matched = spread_confidence(probabilities, number, evidence.estimate_confidence())
        own = _find_agreeing(digits, number, matched, level)
        probabilities = np.where(own[:, None], probabilities, matched)
    doubtful = multiply_by_number(probabilities.max(axis=1, initial=0), number) < level
    is_letter = find_letters(digits.boxes, digits.refused, doubtful)
    is_letter |= find_label_letters(digits.boxes, digits.row, np.concatenate([digits.refused, signs.boxes]), doubtful)
    if is_letter.any():
        return assemble(digits.refuse(is_letter), size, stages, level, lone_odds, views, expect, grid, known_signs)
    refused = digits.refused[~have_middle_in(digits.refused, signs.boxes)]
    reading = Reading(
        _to_picture_pixels(digits.boxes, stages.ink.scale),
        probabilities * _weigh_missing_signs(complete)[:, None],
        digits.row,
        digits.crops,
        size,
        number=number,
        refused=_to_picture_pixels(refused, stages.ink.scale),
        level=level,
        stages=replace(stages, digits=replace(digits, lines=())),  # The lines are long, and no trace needs them.
        lines=_to_picture_pixels(stages.ink.lines, stages.ink.scale),
        signs=signs.scale(1 / stages.ink.scale),
        evidence=evidence,
    )
    return use_expectation(reading, digits, stages.ink, views, expect, grid) if expect else reading


def _weigh_missing_signs(complete: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a factor for the probabilities of each digit, float32 (n,), by which a doubt about a sign before it shows.

    Args:
        complete: float64 (n,), the probability that no sign is missing before each.
    """
    return np.where(complete < _MIN_COMPLETE, complete, 1).astype(np.float32)


def _find_agreeing(
    digits: DecodedDigits, number: NDArray[np.int32], matched: Probabilities, level: float
) -> NDArray[np.bool_]:
    """Tell which digits keep the digit network's own confidence, bool (n,): their line leaves no doubt about them.

    It alone read all digits of their number, and with that of the line the number is not doubtful.
    """
    if not len(digits.by_network):
        return np.zeros(len(number), np.bool_)
    is_alone = np.bincount(number, ~digits.by_network)[number] == 0
    return np.asarray(is_alone & (multiply_by_number(matched.max(axis=1, initial=0), number) >= level), np.bool_)


def _score_numbers(
    digits: DecodedDigits, labels: NDArray[np.int64], number: NDArray[np.int32], views: PictureViews | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the probability, 0 to 1, of each digit's whole number in its line and in its picture, float64 (n,) each.

    In a picture of one row all digits have to be there: each number bears a share of the doubt, by its length. If the
    picture is no line, the probability in the number's own line is all that is known.
    """
    whole = views if len(labels) and not digits.row.any() else None
    text = tuple(labels.tolist())
    share = np.bincount(number)[number] / max(1, len(labels)) * digits.line_weight
    if whole and not np.ptp(digits.line):
        in_line = np.exp(float(digits.lines[digits.line[0]].score([text])[0]) * share)
    else:
        in_line = score_numbers(digits.lines, digits.line, digits.boxes, number, labels) ** digits.line_weight
    return in_line, np.exp(float(whole.score([text])[0]) * share) if whole else in_line


def _name_ways(digits: DecodedDigits, number: NDArray[np.int32]) -> NDArray[np.str_]:
    """Name the way that each digit's whole number was read, see `NumberEvidence`, str (n,)."""
    if not len(digits.apart):
        return np.full(len(number), PICTURE)
    return np.where(np.bincount(number, ~digits.apart)[number] == 0, APART, STROKES)


def _to_picture_pixels(boxes: Boxes, scale: float) -> Boxes:
    return np.round(boxes / scale).astype(np.int32)
