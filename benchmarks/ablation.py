"""Measure the gain of each stage of reading.

Usage: python benchmarks/ablation.py [DIR ...] [--strokes FILE] [--nondigits FILE]

The sets and figures are those of benchmarks/accuracy.py. Each column reads with one stage replaced:
- one threshold: Otsu's for the whole picture, instead of finding the ink
- lines left in: printed lines are not removed
- only shrunk: crops keep their proportions, but are not centered by mass, and their pen is not adjusted
- pen width kept: the pen width is not adjusted
- not over-segmented: groups of ink are neither over-segmented nor rejected
- without spans: candidates that were cut out are read isolated, not in their line
- without strings: lines are not read by the string recognizer
- cheapest path: the likeliest lattice path wins, instead of the text whose paths are likeliest together
- without neighbors: a digit's probabilities are not adjusted for its neighbors
- none of these: one threshold, only shrunk and not over-segmented at once
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.accuracy import load_sets, parse_arguments
from benchmarks.cases import ReaderMaker
from benchmarks.score_table import format_table
from benchmarks.scoring import DigitnetReader
from digitnet.decoding import decoder, lattice, line_parts, lines, run_decoder
from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.preprocessing import normalization
from digitnet.preprocessing.binarization import Ink, find_ink, measure_stroke_width
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.reading import assembly, ink_reader, upright_reading
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

Replacement = tuple[Any, str, Any]  # A module, the name of its function or constant, and the new value.


def find_ink_with_one_threshold(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Find ink with one threshold for the whole picture (Otsu 1979); the rarer side is ink."""
    gray = rgb_to_gray(rgb)
    _, mask = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    dark = cv2.countNonZero(mask) < mask.size / 2
    mask = mask if dark else 255 - mask
    return Ink(gray, mask, mask, measure_stroke_width(mask), dark, 1.0)


def find_ink_with_lines(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Find ink without removing printed lines."""
    return find_ink(rgb, dark_on_light, lines=False)


def shrink(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return crops in the middle of 28 x 28, the longer side 20 pixels, uint8 (n, 28, 28)."""
    pictures = np.zeros((len(crops), 28, 28), np.uint8)
    for picture, crop in zip(pictures, crops, strict=True):
        ink = normalization.trim(crop)
        if ink.size:
            small = normalization.fit_to_box(ink)
            top, left = ((28 - side) // 2 for side in small.shape)
            picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return pictures


def keep_pen_width(ink: NDArray[np.uint8], limits: tuple[float, float] = (0, 0)) -> NDArray[np.uint8]:
    """Return the ink unchanged."""
    return ink


def read_groups(
    found: InkGroups,
    ink: Ink,
    classify: Callable[..., NDArray[np.float32]],
    strokes: Sequence[Stroke] = (),
    **_settings: Any,
) -> DecodedDigits:
    """Read every group of ink as one digit."""
    crops = normalization.normalize(found.crops)
    return DecodedDigits(found.boxes, found.row, crops, classify(crops), np.empty((0, 4), np.int32))


def keep_isolated(
    isolated: NDArray[np.float32], in_line: NDArray[np.float32], is_cut_out: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the probabilities of the isolated candidates."""
    return isolated


def keep_probabilities(
    probabilities: NDArray[np.float32], number: NDArray[np.int32], lone_odds: float = 1.0
) -> NDArray[np.float32]:
    """Return the probabilities unadjusted for neighbors."""
    return probabilities


def find_nothing_likely(
    columns: NDArray[np.float32], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the probability of each digit in parts of a line as if the string recognizer knew nothing."""
    return np.full((len(starts), columns.shape[1]), 1 / columns.shape[1])


def score_alike(columns: NDArray[np.float32], texts: Sequence[Any]) -> NDArray[np.float64]:
    """Return the same score for all texts, float64 (k,)."""
    return np.zeros(len(texts))


def suggest_nothing(columns: NDArray[np.float32], beam: int = 0) -> list[Any]:
    """Return no texts."""
    return []


STAGES: dict[str, list[Replacement]] = {
    "all stages": [],
    "paper not found": [(upright_reading, "find_sheets", lambda rgb: [])],
    "one threshold": [(ink_reader, "find_ink", find_ink_with_one_threshold)],
    "lines left in": [(ink_reader, "find_ink", find_ink_with_lines)],
    "only shrunk": [(decoder, "normalize", shrink), (run_decoder, "normalize", shrink)],
    "pen width kept": [(normalization, "adjust_pen_width", keep_pen_width)],
    "not over-segmented": [(ink_reader, "decode", read_groups)],
    "without spans": [
        (run_decoder, "combine", keep_isolated),
        (run_decoder, "_MAX_NON_DIGIT_PROBABILITY", 2.0),
    ],
    "without strings": [
        (line_parts, "score_spans", find_nothing_likely),
        (decoder, "_MIN_IN_LINE", 0.0),
        (lines, "score_texts", score_alike),
        (lines, "find_likely_texts", suggest_nothing),
    ],
    "cheapest path": [(lattice, "add_logs", max)],
    "without neighbors": [(assembly, "adjust_for_neighbors", keep_probabilities)],
}
STAGES["none of these"] = [STAGES[name][0] for name in ("one threshold", "only shrunk", "not over-segmented")]


class AblatedReader(DigitnetReader):
    """A reader with some stages replaced."""

    def __init__(self, model: str | None, replacements: list[Replacement]) -> None:
        super().__init__(model)
        self._replacements = replacements

    def __call__(self, picture: RGB, strokes: Sequence[Stroke] = ()) -> list[str]:
        with replaced_stages(self._replacements):
            return super().__call__(picture, strokes)


@contextmanager
def replaced_stages(replacements: list[Replacement]) -> Iterator[None]:
    """Replace stages until the context ends."""
    with ExitStack() as stack:
        for module, name, value in replacements:
            stack.enter_context(patch.object(module, name, value))
        yield


def make_reader(model: str | None, stage: str) -> ReaderMaker:
    """Return a maker of the reader that has this entry of `STAGES` replaced."""
    reader = AblatedReader(model, STAGES[stage])
    return lambda kind: reader


def main() -> None:
    args = parse_arguments(__doc__)
    makers = {stage: make_reader(args.model, stage) for stage in STAGES}
    for line in format_table(load_sets(args), makers, None):
        print(line, flush=True)


if __name__ == "__main__":
    main()
