"""Make a strip's tiles, one for each component and sign."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from digitnet import Reading
from digitnet.collection.corrections import CorrectableReading
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_png
from digitnet.segmentation.boxes import enclose
from digitnet.types import RGB, Boxes
from pages.components.digit_strip import StripTile
from pages.corrections.picture import CorrectablePicture, CorrectedReading
from pages.corrections.signs import identify_signs, to_label
from pages.shared import doubt_text, formatting, reading_view
from pages.shared.sign_names import name_sign

_SIGN_HEIGHT = 196  # Pixels of its picture, for screens of twice the usual resolution.
_SIGN_MARGIN = 0.08  # Share of the height of a sign's neighbors, left and right of it on its tile.


def make_tiles(picture: CorrectablePicture, corrected: CorrectedReading) -> list[StripTile]:
    """Make a tile for each component of a picture, and one for each sign, beside that of a digit."""
    components = picture.components
    labels, read = components.to_labels(corrected.labels), components.predictions
    before, after = _sort_signs(components, corrected, _make_sign_tiles(picture, corrected.reading))
    tiles: list[StripTile] = []
    for place in range(len(components)):
        tile = _make_tile(components, place, int(labels[place]), int(read[place]), labeled=place in corrected.labels)
        tiles += [*before.get(place, []), tile, *after.get(place, [])]
    return tiles


def find_tile(tiles: list[StripTile], place: int) -> int:
    """Return the index of the tile of the component at `place`."""
    return [index for index, tile in enumerate(tiles) if not tile.is_sign][place]


def _sort_signs(
    components: CorrectableReading, corrected: CorrectedReading, tiles: dict[int, StripTile]
) -> tuple[dict[int, list[StripTile]], dict[int, list[StripTile]]]:
    """Return the tiles of signs by the component that they stand before, and by the one that they stand after."""
    reading, digits = corrected.reading, components.find_digits(corrected.labels)
    before: dict[int, list[StripTile]] = {}
    after: dict[int, list[StripTile]] = {}
    for sign, tile in tiles.items():
        digit = int(reading.signs.place[sign])
        if digit < len(digits) and reading.row[digit] == reading.signs.row[sign]:
            before.setdefault(int(digits[digit]), []).append(tile)
        else:
            after.setdefault(int(digits[digit - 1]), []).append(tile)
    return before, after


def _make_sign_tiles(picture: CorrectablePicture, reading: Reading) -> dict[int, StripTile]:
    """Return the tiles of the signs that are shown, by their index, in reading order."""
    found = identify_signs(reading)
    if not found:
        return {}
    signs, (width, height) = reading.signs, reading.size
    about = f"{picture.key} {picture.digest} {picture.view}"
    pictures = _crop_signs(picture.load_image, about, _extend_boxes(reading))
    tiles = {}
    for number, (digest, index) in enumerate(found.items(), 1):
        label, known = str(signs.labels[index]), bool(signs.known[index])
        doubtful, confidence = bool(reading.doubtful_signs[index]), formatting.format_percent(signs.confidence[index])
        details = "by you" if known else confidence
        left, top, right, bottom = (float(side) for side in signs.boxes[index])
        tiles[index] = StripTile(
            digest=digest,
            box=(left / width, top / height, (right - left) / width, (bottom - top) / height),
            png=pictures[index],
            label=to_label(label),
            details=details,
            description=f"Sign {number}: {name_sign(label)}, {details}{'; doubtful' if doubtful else ''}",
            doubtful=doubtful,
            labeled=known,
            name=f"Sign {number}",
            is_sign=True,
        )
    return tiles


def _extend_boxes(reading: Reading) -> Boxes:
    """Return the boxes of signs, int32 (k, 4), made as high as the digits beside them; all 0 for those without ink."""
    boxes = np.zeros((len(reading.signs), 4), np.int32)
    for index, (box, place) in enumerate(zip(reading.signs.boxes, reading.signs.place, strict=True)):
        if box[0] < box[2]:
            digits = reading.boxes[max(0, place - 1) : place + 1]
            beside = digits[reading.row[max(0, place - 1) : place + 1] == reading.signs.row[index]]
            around = enclose(np.vstack([beside, box[None]]))
            margin = round(_SIGN_MARGIN * (around[3] - around[1]))
            boxes[index] = box[0] - margin, around[1], box[2] + margin, around[3]
    return boxes


@st.cache_data(max_entries=200, show_spinner=False)
def _crop_signs(_load_image: Callable[[], RGB], about: str, boxes: Boxes) -> list[bytes]:
    """Return a PNG file for each box, b"" for those without area."""
    if not boxes.any():
        return [b""] * len(boxes)
    image = _load_image()
    crops = [image[max(0, top) : bottom, max(0, left) : right] for left, top, right, bottom in boxes.tolist()]
    return [
        to_png(scale_down(np.ascontiguousarray(crop), _SIGN_HEIGHT / len(crop))) if crop.size else b"" for crop in crops
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
        details = doubt_text.describe_runner_up(components.reading, place)
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
        name=name,
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
