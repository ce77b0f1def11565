"""Make a strip's tiles, one for each component."""

from __future__ import annotations

from digitnet.collection.corrections import CorrectableReading
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from pages.components.digit_strip import StripTile
from pages.corrections.picture import CorrectedReading
from pages.shared import formatting, reading_view


def make_tiles(components: CorrectableReading, corrected: CorrectedReading) -> list[StripTile]:
    """Make a tile for each component of a picture."""
    labels, read = components.to_labels(corrected.labels), components.predictions
    return [
        _make_tile(components, place, int(labels[place]), int(read[place]), labeled=place in corrected.labels)
        for place in range(len(components))
    ]


def _make_tile(components: CorrectableReading, place: int, label: int, read: int, *, labeled: bool) -> StripTile:
    confidence = formatting.format_percent(float(components.confidence[place]))
    refused = read == NOT_A_DIGIT
    doubtful = not labeled and not refused and bool(components.reading.doubtful[place])
    name = name_component(place, components)
    if labeled:
        details, confidence = "checked by you" if label == read else f"by you, was {'none' if refused else read}", ""
        was = "not a digit" if refused else read
        how = "checked by you" if label == read else f"corrected by you; it was read as {was}"
        description = f"{name} {describe_label(label)}, {how}"
    elif refused:
        details = "left out"
        description, confidence = f"{name}: not a digit, {confidence}, left out", ""
    else:
        details = reading_view.describe_runner_up(components.reading, place)
        description = reading_view.describe_digit(components.reading, place)
    return StripTile(
        digest=components.digests[place],
        box=_to_shares(components, place),
        png=to_png(components.crops[place]),
        label=label,
        confidence=confidence,
        details=details,
        description=description,
        doubtful=doubtful,
        refused=refused,
        labeled=labeled,
    )


def _to_shares(components: CorrectableReading, place: int) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a component as shares of the picture."""
    width, height = components.reading.size
    left, top, right, bottom = (float(side) for side in components.boxes[place])
    return left / width, top / height, (right - left) / width, (bottom - top) / height


def name_component(place: int, components: CorrectableReading) -> str:
    """Name the component at `place` for a sentence: "Digit 3" or "Shape 1"."""
    digits = len(components.reading)
    return f"Digit {place + 1}" if place < digits else f"Shape {place - digits + 1}"


def describe_label(label: int) -> str:
    """Return "is a 7", or "is not a digit"."""
    return "is not a digit" if label == NOT_A_DIGIT else f"is {'an' if label == 8 else 'a'} {label}"
