"""What was found on a picture, as the tiles of the strip."""

from __future__ import annotations

from digitnet.collection.corrections import CorrectableReading
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from pages.components.digit_strip import StripTile
from pages.corrections.subject import State
from pages.shared import formatting, reading_view


def tiles(pieces: CorrectableReading, state: State) -> list[StripTile]:
    """Return what was found as tiles."""
    labels, read = pieces.to_labels(state.said), pieces.predictions
    width, height = pieces.reading.size
    return [
        _tile(pieces, place, int(labels[place]), int(read[place]), place in state.said, (width, height))
        for place in range(len(pieces))
    ]


def _tile(
    pieces: CorrectableReading, place: int, label: int, read: int, known: bool, size: tuple[int, int]
) -> StripTile:
    left, top, right, bottom = (float(side) for side in pieces.boxes[place])
    share = (left / size[0], top / size[1], (right - left) / size[0], (bottom - top) / size[1])
    sure = formatting.format_percent(float(pieces.confidence[place]))
    refused = read == NOT_A_DIGIT
    doubtful = not refused and bool(pieces.reading.doubtful[place])
    less = "" if refused else reading_view.describe_runner_up(pieces.reading, place)
    name = named(place, pieces)
    if known:
        was = "saved" if label == read else "was " + ("none" if refused else str(read))
        said = f"{name} {called(label)}, saved" + ("" if label == read else f"; it was read as {_shown(read)}")
        sure, less, doubtful = "", was, False
    elif refused:
        said, less = f"{name}: left out as no digit, {sure}", "left out"
        sure = ""
    else:
        said = f"{name} as the network sees it: {label}, {sure}; {less}{'; doubtful' if doubtful else ''}"
    png = to_png(pieces.crops[place])
    return StripTile(pieces.digests[place], share, png, label, sure, less, said, doubtful, refused, known)


def named(place: int, pieces: CorrectableReading) -> str:
    """Return what the piece at `place` is called in sentences."""
    digits = len(pieces.reading)
    return f"Digit {place + 1}" if place < digits else f"Piece {place - digits + 1}"


def called(label: int) -> str:
    """Return "is a 7", or "is no digit"."""
    return "is no digit" if label == NOT_A_DIGIT else f"is {'an' if label == 8 else 'a'} {label}"


def _shown(label: int) -> str:
    return "no digit" if label == NOT_A_DIGIT else str(label)
