"""Read a picture upright: turn it where the digits are likelier then, and say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitnet.errors import ImageError
from digitnet.preprocessing.sheets import Sheet, find_sheets, make_sheet, sort_sheets
from digitnet.reading.hints import Hints
from digitnet.reading.ink_reader import InkReader
from digitnet.reading.orientation import Rating, measure_slope, rate
from digitnet.reading.result import Reading
from digitnet.reading.sheet_reading import read_straight
from digitnet.types import RGB

_MIN_CERTAIN_RATIO = 0.8  # A reading with this share of certain digits among all ink is not questioned,
_MIN_ROW_LENGTH = 2.5  # unless its rows have fewer digits than this in the mean: sloping rows fall apart.
_MIN_SLOPE = 9.0  # Degrees; flatter rows are read as they are.
_MIN_SCORE = 0.75  # Of digits that stand upright.
_MIN_GAIN, _MIN_TOTAL_GAIN = 0.1, 0.6  # Upright digits are likelier by so much, each in the mean, and all together.
_MAX_SLOPE_LOSS = 0.1  # Digits may seem less likely by so much once their rows are level and whole.
_MIN_EVIDENCE_RATIO = 1.15  # So many times as much must speak for a turned picture as for the picture as it is.


def read_upright(rgb: RGB, reader: InkReader, hints: Hints) -> Reading:
    """Read the sheets on a picture, uint8 (H, W, 3), or all of it; turned, if the writing is.

    The reading of the picture as it is stays unless that of the turned picture is clearly better.

    Raises:
        ImageError: an outline of the hints lies beside the picture.
    """
    sheets = _find_sheets(rgb, hints)
    angle = (hints.turn or 0) + (hints.slope or 0.0)
    reading = _note_turn(read_straight(rgb, sheets, angle, reader, hints), angle)
    if not _is_questionable(reading) or (hints.turn is not None and hints.slope is not None):
        return reading
    best = _find_better(reading, reader, hints)
    if best is None:
        return reading
    if best.is_mirrored:
        return replace(reading, mirrored=True)
    angle = (angle + best.angle) % 360
    turned = _note_turn(read_straight(rgb, sheets, angle, reader, hints), angle)
    return turned if _is_better(turned, reading) else reading


def _find_sheets(rgb: RGB, hints: Hints) -> list[Sheet]:
    """Return the sheets whose outlines the hints give, or those that are found."""
    if hints.outlines is None:
        return [] if hints.sheets is False else find_sheets(rgb)
    size = rgb.shape[1], rgb.shape[0]
    sheets = [make_sheet(np.array(corners, np.float32), size) for corners in hints.outlines]
    inside = [sheet for sheet in sheets if sheet is not None]
    if len(inside) < len(sheets):
        raise ImageError(f"A sheet lies beside the picture, which is {size[0]} x {size[1]} pixels large.")
    return sort_sheets(inside)


def _is_questionable(reading: Reading) -> bool:
    """Tell whether so much of a reading is doubtful or refused, or its rows are so short, that it may be turned."""
    count, rows = len(reading) + len(reading.refused), len(np.unique(reading.row))
    certain = np.count_nonzero(~reading.doubtful)
    is_short = rows > 1 and len(reading) < _MIN_ROW_LENGTH * rows
    return count > 1 and (is_short or bool(certain < _MIN_CERTAIN_RATIO * count))


def _measure_evidence(reading: Reading) -> float:
    """Measure how much speaks for a reading: about the number of its certain digits."""
    return float(np.square(reading.confidence).sum())


def _find_better(reading: Reading, reader: InkReader, hints: Hints) -> Rating | None:
    """Return by which angle digits are clearly likelier, or that they are if mirrored; None if they are not."""
    if reading.stages is None:
        return None
    slope = measure_slope(reading.stages) if hints.slope is None else 0.0
    slopes = [slope] if abs(slope) >= _MIN_SLOPE else []
    quarters = [90.0, 180.0, 270.0] if hints.turn is None else []
    angles = [*slopes, *((quarter + sum(slopes)) % 360 for quarter in quarters)]
    min_gain = 0.0 if slopes else _MIN_GAIN  # Rows that slope are leveled though digits are no likelier then.
    ratings = rate(reading.stages, angles, reader.classifier, min_gain) if angles else []
    if not ratings:
        return None
    upright, *others = ratings
    best = max(others, key=lambda rating: rating.score)
    gain = best.score - upright.score
    if best.score >= _MIN_SCORE and gain >= _MIN_GAIN and gain * best.sampled >= _MIN_TOTAL_GAIN:
        return best
    level = next((rating for rating in others if slopes and rating.angle == slopes[0]), None)
    return level if level and level.score >= max(_MIN_SCORE, upright.score - _MAX_SLOPE_LOSS) else None


def _is_better(turned: Reading, reading: Reading) -> bool:
    """Tell whether the reading of a turned picture is to be believed more: by its digits, or by its longer rows."""
    evidence, usual = _measure_evidence(turned), _measure_evidence(reading)
    is_longer = len(np.unique(turned.row)) < len(np.unique(reading.row))
    least = 1 - _MAX_SLOPE_LOSS if is_longer and turned.turn == reading.turn else _MIN_EVIDENCE_RATIO
    return len(turned) > 1 and evidence > least * usual


def _note_turn(reading: Reading, angle: float) -> Reading:
    """Note by how many degrees clockwise a picture was turned for its reading."""
    quarter = 90 * round(angle / 90)
    return replace(reading, turn=quarter % 360, slope=float(angle - quarter)) if angle else reading
