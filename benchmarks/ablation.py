"""What each stage of reading buys: python benchmarks/ablation.py [DIR ...] [--strokes FILE] [--nondigits FILE].

The sets and figures are those of benchmarks/accuracy.py. Each column reads with one stage left out:
one threshold (Otsu's) for the whole picture instead of the ink that is found; printed lines left in;
crops shrunk to 28 x 28 with their proportions, but neither centred by mass nor with their pen adjusted;
the pen left as it is; groups neither cut apart nor refused; what is torn out read without the ink around it;
ink read by its divisions alone, not as a whole, too; the cheapest way through the ink in place of the text whose
ways are likeliest together; a digit believed no more for those beside it; and one threshold, crops only shrunk and
nothing cut apart at once.
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

from benchmarks.accuracy import Digitnet, chosen_sets, parse, table
from benchmarks.cases import Maker
from digitnet.decoding import context_classifier, decoder, lattice, run_decoder, sequence_recognizer
from digitnet.decoding.decoder import DecodedDigits
from digitnet.preprocessing import normalization
from digitnet.preprocessing.binarization import Ink, find_ink, measure_stroke_width
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.reading import pipeline
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

Stage = tuple[Any, str, Any]


def one_threshold(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Return the ink that one threshold for the whole picture finds (Otsu 1979), the rarer side being ink."""
    gray = rgb_to_gray(rgb)
    _, mask = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    dark = cv2.countNonZero(mask) < mask.size / 2
    mask = mask if dark else 255 - mask
    return Ink(gray, mask, mask, measure_stroke_width(mask), dark, 1.0)


def with_lines(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    return find_ink(rgb, dark_on_light, lines=False)


def shrunk(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return crops in the middle of 28 x 28, longer side 20."""
    pictures = np.zeros((len(crops), 28, 28), np.uint8)
    for picture, crop in zip(pictures, crops, strict=True):
        ink = normalization.trim(crop)
        if ink.size:
            small = normalization.fit_to_box(ink)
            top, left = ((28 - side) // 2 for side in small.shape)
            picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return pictures


def own_pen(ink: NDArray[np.uint8], limits: tuple[float, float] = (0, 0)) -> NDArray[np.uint8]:
    return ink


def as_grouped(
    found: InkGroups,
    pen_width: float,
    classify: Callable[..., NDArray[np.float32]],
    strokes: Sequence[Stroke] = (),
    *,
    fine_tuned: bool = False,
) -> DecodedDigits:
    """Take every group of ink for a digit."""
    crops = normalization.normalize(found.crops)
    return DecodedDigits(found.boxes, found.row, crops, classify(crops), np.empty((0, 4), np.int32))


def as_read_alone(
    isolated: NDArray[np.float32], in_context: NDArray[np.float32], is_cut_out: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Take a candidate for what it looks like by itself."""
    return isolated


def by_itself(probabilities: NDArray[np.float32], number: NDArray[np.int32]) -> NDArray[np.float32]:
    """Believe a digit no more for those beside it."""
    return probabilities


def unsaid(stretch: InkRun) -> None:
    """Say nothing of a stretch as a whole."""


STAGES: dict[str, list[Stage]] = {
    "all stages": [],
    "one threshold": [(pipeline, "find_ink", one_threshold)],
    "lines left in": [(pipeline, "find_ink", with_lines)],
    "only shrunk": [(decoder, "normalize", shrunk), (run_decoder, "normalize", shrunk)],
    "own pen": [(normalization, "adjust_pen_width", own_pen)],
    "not cut apart": [(pipeline, "decode", as_grouped)],
    "without place": [(context_classifier, "combine", as_read_alone), (run_decoder, "_MAX_NON_DIGIT_PROBABILITY", 2.0)],
    "divided only": [(sequence_recognizer, "recognize", unsaid)],
    "cheapest way": [(lattice, "_add_logs", max)],
    "each by itself": [(pipeline, "adjust_for_neighbors", by_itself)],
}
STAGES["none of these"] = [STAGES[name][0] for name in ("one threshold", "only shrunk", "not cut apart")]


class Ablated(Digitnet):
    """A reader with some stages replaced."""

    def __init__(self, model: str | None, stages: list[Stage]) -> None:
        super().__init__(model)
        self._stages = stages

    def __call__(self, picture: RGB) -> list[str]:
        with replaced(self._stages):
            return super().__call__(picture)


@contextmanager
def replaced(stages: list[Stage]) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, stage in stages:
            stack.enter_context(patch.object(module, name, stage))
        yield


def main() -> None:
    args = parse(__doc__)
    makers = {name: always(Ablated(args.model, stages)) for name, stages in STAGES.items()}
    for row in table(chosen_sets(args), makers, None):
        print(row, flush=True)


def always(reader: Ablated) -> Maker:
    return lambda kind: reader


if __name__ == "__main__":
    main()
