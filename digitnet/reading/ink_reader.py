"""Read the ink of a straight picture: decode its groups, and read small pictures as tight crops, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.decoder import decode
from digitnet.decoding.picture_views import PictureViews
from digitnet.decoding.run_decoder import DecodedRun
from digitnet.expectations.expect import Expect
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.models.non_digits import classify_ink
from digitnet.preprocessing.binarization import Ink, find_ink
from digitnet.preprocessing.tight_crops import MAX_SMALL_SIDE, find_tight_crop_ink, is_digit_dark_on_light
from digitnet.reading.assembly import assemble
from digitnet.reading.hints import Hints
from digitnet.reading.placing import remove_margin
from digitnet.reading.result import Reading
from digitnet.reading.stages import Stages
from digitnet.segmentation.boxes import enclose, have_middle_in, widths_and_heights
from digitnet.segmentation.drawn_lines import remove_drawn_lines
from digitnet.segmentation.groups import MIN_LENGTH_RATIO, InkGroups
from digitnet.segmentation.merging import find_groups
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.segmentation.strike_outs import remove_strike_outs
from digitnet.types import RGB, Boxes

_MAX_AMBIGUOUS_DIGITS = 3  # With at most this many digits, a picture may be all ink with little paper between.
_MIN_LARGE_RATIO = 0.25  # Digits from this share of the picture's height on are large.
_MAX_LONE_DIGITS = 2  # With so few digits, a line may be the bar or the stem of one.
# With at most so many digits and so much ink in all, a picture with lines is also read as if there were none.
_MAX_COMPARED_DIGITS, _MAX_COMPARED_GROUPS = 12, 60
_MIN_FILLING_RATIO = 0.3  # Digits of this share of the picture's height fill it.
_MIN_FILLED_RATIO = 0.75  # Writing fills a tight crop from this share of its width or height on.


@dataclass(frozen=True, eq=False)
class InkReader:
    """Reads ink.

    Attributes:
        classifier: the digit network.
        min_length_ratio: components shorter than this share (0 to 1) of the typical digit are left out.
        lone_odds: as for `adjust_for_neighbors`.
        expect: what is expected of each number, None if nothing is.
        grid: int32 (k, 4), the ends of the lines of a given table, in pixels of the picture; None without one.
    """

    classifier: Classifier
    min_length_ratio: float = MIN_LENGTH_RATIO
    lone_odds: float = 1.0
    expect: Expect | None = None
    grid: Boxes | None = None

    def read_picture(self, rgb: RGB, hints: Hints, strokes: Sequence[Stroke] = ()) -> Reading:
        """Read a straight picture, uint8 (H, W, 3), with the strokes of a drawing, if they are known."""
        with_lines = find_ink(rgb, hints.dark_on_light, hints.lines)
        if strokes:
            return self.read_ink(rgb, with_lines, strokes)
        reading, ink, views = self._read_with_lines(rgb, remove_strike_outs(with_lines), hints)
        tight = self._read_tight_crop(rgb, hints, views) if _may_be_tight_crop(reading, ink, hints) else None
        return tight if tight and _is_more_certain(tight, reading, views) else reading

    def read_sheet(self, rgb: RGB, hints: Hints) -> Reading:
        """Read one of several sheets, uint8 (H, W, 3), which is no tight crop."""
        with_lines = remove_strike_outs(find_ink(rgb, hints.dark_on_light, hints.lines))
        return self._read_with_lines(rgb, with_lines, hints)[0]

    def _read_with_lines(self, rgb: RGB, with_lines: Ink, hints: Hints) -> tuple[Reading, Ink, PictureViews]:
        """Read a picture without the lines in its ink, and with them if that may be likelier right."""
        ink, views = _remove_lines(with_lines, hints), PictureViews(with_lines.signal, with_lines.scale)
        reading = self.read_ink(rgb, ink, views=views)
        if ink is not with_lines and not hints.lines and _may_need_lines(reading):
            reading = _choose_by_certainty(reading, self.read_ink(rgb, with_lines, views=views), views)
        return reading, ink, views

    def read_ink(
        self, rgb: RGB, ink: Ink, strokes: Sequence[Stroke] = (), views: PictureViews | None = None
    ) -> Reading:
        """Read the ink of a picture, uint8 (H, W, 3).

        Args:
            rgb: the picture.
            ink: its ink.
            strokes: of a drawing, in pixels of the picture.
            views: the picture as one line.
        """
        scaled = [Stroke(stroke.points * ink.scale, stroke.width * ink.scale) for stroke in strokes]
        groups = self.find_groups(ink, scaled)
        stages = Stages(rgb, ink, min_length_ratio=self.min_length_ratio, strokes=scaled, views=views)
        digits = self.decode_groups(ink, groups, scaled, views)
        return self._assemble(digits, stages, (rgb.shape[1], rgb.shape[0]), views, self.lone_odds)

    def find_groups(self, ink: Ink, strokes: Sequence[Stroke] = ()) -> InkGroups:
        """Find the groups of ink, with the strokes in pixels of its map."""
        classify = partial(classify_ink, self.classifier)
        lines = np.concatenate([ink.lines, ink.ruled])
        return find_groups(ink.map, ink.pen_width, classify, self.min_length_ratio, strokes, lines)

    def decode_groups(
        self,
        ink: Ink,
        groups: InkGroups,
        strokes: Sequence[Stroke] = (),
        views: PictureViews | None = None,
        on_decoded: Callable[[DecodedRun], None] | None = None,
    ) -> DecodedDigits:
        """Decode groups of ink, with the strokes in pixels of its map; other arguments as for `decode`."""
        return decode(
            groups,
            ink,
            partial(classify_ink, self.classifier),
            strokes,
            on_decoded=on_decoded,
            fine_tuned=self.classifier.fine_tuned,
            keep_labels=not self.classifier.refuses,  # The label is the model's own, whatever the line says.
            views=views,
        )

    def _assemble(
        self,
        digits: DecodedDigits,
        stages: Stages,
        size: tuple[int, int],
        views: PictureViews | None,
        lone_odds: float = 1.0,
    ) -> Reading:
        """Assemble a reading with boxes in pixels of a picture of `size`, width and height."""
        level = self.classifier.find_min_confidence(DEFAULT_RISK)
        is_line = views is not None and views.may_be_line(digits.boxes, stages.ink.scale)
        return assemble(digits, size, stages, level, lone_odds, views if is_line else None, self.expect, self.grid)

    def _read_tight_crop(self, rgb: RGB, hints: Hints, views: PictureViews) -> Reading | None:
        """Read a picture as a tight crop; return None if its writing does not fill it."""
        sheet, ink, margin = find_tight_crop_ink(rgb, hints.dark_on_light, hints.lines)
        groups = self.find_groups(ink)
        if not groups.crops:
            return None
        height, width = rgb.shape[:2]
        left, top, right, bottom = enclose(groups.boxes) / ink.scale
        if max((right - left) / width, (bottom - top) / height) < _MIN_FILLED_RATIO:
            return None
        stages = Stages(sheet, ink, min_length_ratio=self.min_length_ratio)
        reader = self if self.grid is None else replace(self, grid=self.grid + np.int32(margin))
        reading = reader._assemble(self.decode_groups(ink, groups), stages, (width, height), views)
        return remove_margin(reading, margin, (width, height))


def _remove_lines(ink: Ink, hints: Hints) -> Ink:
    return ink if hints.lines is False else remove_drawn_lines(ink)


def _may_need_lines(reading: Reading) -> bool:
    """Tell whether a picture with few digits is read with its lines, too: they are doubtful, very few, or fill it."""
    count = len(reading)
    if count > _MAX_COMPARED_DIGITS or count + len(reading.refused) > _MAX_COMPARED_GROUPS:
        return False
    return count <= _MAX_LONE_DIGITS or reading.has_doubts or _fills_picture(reading)


def _fills_picture(reading: Reading) -> bool:
    """Tell whether the digits are so tall that they fill their picture."""
    _, heights = widths_and_heights(reading.boxes)
    return len(reading) > 0 and float(np.median(heights)) >= _MIN_FILLING_RATIO * reading.size[1]


def _choose_by_certainty(reading: Reading, with_lines: Reading, views: PictureViews) -> Reading:
    """Return the reading without lines, or the one where lines were left in, whichever is likelier right.

    The bar of a lone digit may be taken for a line, and the string recognizer sees through lines under a number that
    fills its picture. Both are looked at with their lines first, other numbers without them. Digits that run into a
    line are lost with it, whatever is said of the rest.
    """
    if _misses_digits(with_lines, reading):
        return reading
    if _is_line(reading, views) or _is_line(with_lines, views):
        return max(reading, with_lines, key=_estimate_whole)
    is_lone = max(len(reading), len(with_lines)) <= _MAX_LONE_DIGITS
    looks_first = is_lone or _fills_picture(with_lines)
    first, second = (with_lines, reading) if looks_first else (reading, with_lines)
    for one in (first, second):
        if len(one) and not one.has_doubts:
            return one
    return second if _is_more_certain(second, first, views) else first


def _misses_digits(reading: Reading, other: Reading) -> bool:
    """Tell whether another reading has all digits of one, and more that are no rest of a line, which is like a 1."""
    if len(other) <= len(reading):
        return False
    shared = have_middle_in(other.boxes, reading.boxes)
    keeps_all = np.array_equal(other.labels[shared], reading.labels)
    return keeps_all and bool((other.labels[~shared] != 1).any())


def _is_line(reading: Reading, views: PictureViews) -> bool:
    return views.may_be_line(reading.boxes, 1.0)


def _estimate_whole(reading: Reading) -> float:
    """Estimate the probability that all digits of a picture are right and none is missing.

    It is 0 without any digit, and if a number is not as expected.
    """
    return float(np.prod(reading.confidence)) if len(reading) and not reading.unexpected.any() else 0.0


def _may_be_tight_crop(reading: Reading, ink: Ink, hints: Hints) -> bool:
    """Return whether a picture may show nothing but writing that was cropped tightly.

    It may if no digit was read, if a number is not as expected, if it is small and a digit is doubtful, if large digits
    and their ink touch all sides, or if there are few digits and two methods disagree on whether the ink is dark.
    """
    if (
        not len(reading)
        or reading.unexpected.any()
        or (min(ink.gray.shape) <= MAX_SMALL_SIDE and reading.doubtful.any())
    ):
        return True
    sides = ink.map[0], ink.map[-1], ink.map[:, 0], ink.map[:, -1]
    if all(side.any() for side in sides):
        _, heights = widths_and_heights(reading.boxes)
        return bool(np.median(heights) > _MIN_LARGE_RATIO * reading.size[1])
    is_ambiguous = len(reading) <= _MAX_AMBIGUOUS_DIGITS and hints.dark_on_light is None
    return is_ambiguous and is_digit_dark_on_light(ink.gray) != ink.dark_on_light


def _is_more_certain(tight: Reading, reading: Reading, views: PictureViews) -> bool:
    """Return whether a picture is read with more certainty as a tight crop.

    In a picture that is one line, the probability of the whole counts. In others the number of certain digits counts
    first, then the lowest confidence; with the opposite polarity of the ink, the lowest confidence alone.
    """
    tight_lowest, lowest = (float(one.confidence.min()) if len(one) else 0.0 for one in (tight, reading))
    tight_certain, certain = (np.count_nonzero(~one.doubtful) for one in (tight, reading))
    polarities = {one.stages.ink.dark_on_light for one in (tight, reading) if one.stages}
    if len(polarities) > 1:
        return tight_lowest > lowest
    if _is_line(tight, views) and _is_line(reading, views):
        return _estimate_whole(tight) > _estimate_whole(reading)
    return (tight_certain, tight_lowest) > (certain, lowest)
