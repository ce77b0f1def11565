"""Show wrong readings as pictures, each with what is right and what was read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from digitnet.errors import ImageError, explain_os_errors
from digitnet.scoring.outcome import Outcome

_CELL = (320, 150)  # Width and height of a wrong reading on the sheet, in pixels.
_PICTURE = (304, 84)  # Of its picture.
_COLUMNS = 4
MAX_SHOWN = 400  # Wrong readings on one sheet.
_FONT_SIZE, _LINE_HEIGHT = 17, 21
_INK, _GRAY, _DOUBT, _PAPER = (25, 25, 25), (105, 105, 105), (160, 82, 0), (255, 255, 255)
_MAX_CHARACTERS = 34

Wrong = tuple[str, Outcome]  # Name of the picture, and what came of it.


def draw_sheet(wrong: Sequence[Wrong]) -> Image.Image:
    """Draw wrong readings on one sheet, the first of them if they are many."""
    shown, (width, height) = wrong[:MAX_SHOWN], _CELL
    sheet = Image.new("RGB", (width * _COLUMNS, height * max(1, -(-len(shown) // _COLUMNS))), _PAPER)
    for place, each in enumerate(shown):
        row, column = divmod(place, _COLUMNS)
        sheet.paste(_draw(*each), (column * width, row * height))
    return sheet


def to_png_file(sheet: Image.Image) -> bytes:
    """Return a sheet as a PNG file."""
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def save_errors(wrong: Sequence[Wrong], place: Path) -> int:
    """Save wrong readings as one sheet if `place` ends with .png, else each in that folder; return how many.

    Raises:
        ImageError: they cannot be saved there.
    """
    with explain_os_errors(f"The wrong readings cannot be saved in {str(place)!r}", ImageError):
        if place.suffix.lower() == ".png":
            draw_sheet(wrong).save(place)
            return min(len(wrong), MAX_SHOWN)
        place.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(wrong, start=1):
            _draw(*each).save(place / f"{number:04}_{_to_file_name(each[0])}.png")
    return len(wrong)


def _draw(name: str, outcome: Outcome) -> Image.Image:
    """Draw a wrong reading: its picture, the right number, what was read, and the name of the file."""
    cell = Image.new("RGB", _CELL, _PAPER)
    if outcome.picture:
        with Image.open(io.BytesIO(outcome.picture)) as picture:
            factor = min(_PICTURE[0] / picture.width, _PICTURE[1] / picture.height, 2.0)
            size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
            cell.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (8, 4))
    draw, font = ImageDraw.Draw(cell), ImageFont.load_default(_FONT_SIZE)
    sure = f"{outcome.confidence:.0%}" + ("" if outcome.is_accepted else " ?")
    lines = [
        (f"right: {outcome.truth or 'empty'}", _INK),
        (f"read:  {outcome.text or 'nothing'}  {sure * bool(outcome.text)}", _DOUBT if outcome.is_accepted else _INK),
        (name[-_MAX_CHARACTERS:], _GRAY),
    ]
    for place, (text, color) in enumerate(lines):
        draw.text((8, _PICTURE[1] + 4 + place * _LINE_HEIGHT), text[: _MAX_CHARACTERS + 4], color, font=font)
    return cell


def _to_file_name(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in name)[:80]
