"""Make a strip's tiles, one for each component and sign."""

from __future__ import annotations

from digitnet import Reading
from digitnet.collection.corrections import CorrectableReading
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from pages.components.digit_strip import StripTile
from pages.corrections.picture import CorrectablePicture, CorrectedReading
from pages.corrections.shares import to_share
from pages.corrections.sign_pictures import draw_signs
from pages.corrections.signs import identify_signs, to_label
from pages.shared import doubt_text, formatting, reading_view
from pages.shared.sign_names import name_sign


def make_tiles(picture: CorrectablePicture, corrected: CorrectedReading) -> list[StripTile]:
    """Make a tile for each component of a picture, and one for each sign, beside that of a digit.

    Ink that was left out and is a sign by what a user typed has the tile of the sign alone.
    """
    components = picture.components
    labels, read = components.to_labels(corrected.labels), components.predictions
    before, after = _sort_signs(components, corrected, _make_sign_tiles(picture, corrected.reading))
    tiles: list[StripTile] = []
    signs = {tuple(box) for box in corrected.reading.signs.boxes.tolist()}
    for place in range(len(components)):
        if labels[place] == NOT_A_DIGIT and tuple(components.boxes[place].tolist()) in signs:
            continue
        tile = _make_tile(components, place, int(labels[place]), int(read[place]), labeled=place in corrected.labels)
        tiles += [*before.get(place, []), tile, *after.get(place, [])]
    return tiles


def find_tile(tiles: list[StripTile], place: int, components: CorrectableReading) -> int:
    """Return the index of the tile of the component at `place`, or -1 if it has none."""
    names = [tile.name for tile in tiles]
    name = name_component(place, components)
    return names.index(name) if name in names else -1


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
    signs = reading.signs
    about = f"{picture.key} {picture.digest} {picture.view}"
    pictures = draw_signs(picture.load_image, about, reading)
    tiles = {}
    for number, (digest, index) in enumerate(found.items(), 1):
        label, known = str(signs.labels[index]), bool(signs.known[index])
        doubtful, confidence = bool(reading.doubtful_signs[index]), formatting.format_percent(signs.confidence[index])
        details = "by you" if known else confidence
        tiles[index] = StripTile(
            digest=digest,
            box=to_share(signs.boxes[index], reading),
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
        box=to_share(components.boxes[place], components.reading),
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


def name_component(place: int, components: CorrectableReading) -> str:
    """Name the component at `place` for a sentence: "Digit 3" or "Shape 1"."""
    digits = len(components.reading)
    return f"Digit {place + 1}" if place < digits else f"Shape {place - digits + 1}"


def describe_label(label: int) -> str:
    """Return "is a 7", or "is not a digit"."""
    return "is not a digit" if label == NOT_A_DIGIT else f"is {'an' if label == 8 else 'a'} {label}"
