"""Score pictures of words, which hold no digits, and of words beside a number.

Usage: python benchmarks/words.py [--pictures N] [--first SEED] [--hands FOLDER] [--errors DIR]

Kinds of pictures:
- printed: four lines of words in a font of the DejaVu family, letters of 20 to 60 pixels
- beside: a printed word and a number of digits from MNIST's training set, in one row
- written: four lines of scanned words by the two writers of `GERMAN` who are held out; needs --hands

Printed are the share of letters that are read as digits, the share that are also not marked as doubtful, and the
pictures that are read exactly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.cases import Case
from benchmarks.error_sheets import save_error_sheet
from benchmarks.frames import draw_number
from benchmarks.page_ink import Layer, Picture
from digitnet.handwriting import sets
from digitnet.handwriting.words import load_words
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read
from digitnet.scoring.comparison import remove_spaces

_FONTS = tuple(
    f"DejaVu{family}.ttf"
    for family in ("Sans", "Sans-Bold", "Sans-Oblique", "SansMono", "SansCondensed", "Serif", "Serif-Bold")
)
# fmt: off
_WORDS = [
    "Account", "Amount", "Balance", "Bill", "Bolzano", "Class", "Closing", "Customer", "Date", "Description",
    "Discount", "Goods", "Hotel", "Invoice", "Item", "Kilometer", "Liter", "Lodging", "Number", "Office",
    "Order", "Oslo", "Page", "Paid", "Pieces", "Price", "Quantity", "Receipt", "Remarks", "Room", "School",
    "Score", "Sheet", "Signature", "Sold", "Subtotal", "Sum", "Table", "Tax", "Team", "Telephone", "Time",
    "Title", "Total", "Unit", "Value", "Weight", "Zone",
]
# fmt: on
_LINES, _WORDS_A_LINE = 4, 3
_MARGIN = 40
Random = np.random.Generator
Maker = Callable[[Random], tuple[Picture, str, int]]  # A picture, the digits on it, and the number of letters.


def print_line(words: list[str], size: int, font: str) -> Layer:
    """Print words in a line, (h, w) in 0..1."""
    try:
        face = ImageFont.truetype(font, size)
    except OSError:
        sys.exit(f"The font {font} is missing (Debian and Ubuntu: apt install fonts-dejavu).")
    text = " ".join(words)
    left, top, right, bottom = face.getbbox(text)
    picture = Image.new("L", (round(right - left) + 8, round(bottom - top) + 8))
    ImageDraw.Draw(picture).text((4 - left, 4 - top), text, fill=255, font=face)
    return np.asarray(picture, np.float32) / np.float32(255)


def choose_words(count: int, rng: Random) -> list[str]:
    """Choose words to print."""
    return list(rng.choice(_WORDS, count))


def make_printed(rng: Random) -> tuple[Picture, str, int]:
    """Make a picture of printed lines."""
    font, size = str(rng.choice(_FONTS)), int(rng.integers(20, 61))
    lines = [_change_case(choose_words(_WORDS_A_LINE, rng), rng) for _ in range(_LINES)]
    letters = sum(len(word) for words in lines for word in words)
    return _to_picture([print_line(words, size, font) for words in lines], 0.6), "", letters


def make_beside(rng: Random) -> tuple[Picture, str, int]:
    """Make a picture of a printed word and a number."""
    word = _change_case([str(rng.choice(_WORDS))], rng)
    printed = print_line(word, int(rng.integers(36, 90)), str(rng.choice(_FONTS)))
    text = "".join(map(str, rng.integers(0, 10, rng.integers(1, 6))))
    number = draw_number(text, 80 * rng.uniform(0.05, 0.13), rng)
    rows = np.flatnonzero(number.any(axis=1))
    number = number[rows[0] : rows[-1] + 1]
    height = max(len(printed), len(number)) + 4
    parts = [np.pad(part, ((height - len(part) - 2, 2), (0, 30))) for part in (printed, number)]
    return _to_picture([np.concatenate(parts, axis=1)], 0), text, len(word[0])


def make_written(rng: Random, folder: Path) -> tuple[Picture, str, int]:
    """Make a picture of lines of scanned words by one of the writers held out."""
    words = _load_held_out_words(folder)
    writers = list(words)
    inks = words[writers[int(rng.integers(len(writers)))]]
    lines, letters = [], 0
    for _ in range(_LINES):
        chosen = [inks[int(index)] for index in rng.integers(len(inks), size=2)]
        height = max(map(len, chosen))
        lines.append(np.concatenate([np.pad(ink, ((height - len(ink), 0), (0, 40))) for ink in chosen], axis=1))
        letters += sum(max(3, ink.shape[1] // (height // 2)) for ink in chosen)  # About; the texts are not kept.
    return _to_picture(lines, 0.5), "", letters


@lru_cache
def _load_held_out_words(folder: Path) -> dict[str, list[Layer]]:
    words = load_words(folder)
    return {
        writer: [
            ink.astype(np.float32) / np.float32(255)
            for ink, name in zip(words.inks, words.writers.tolist(), strict=True)
            if name == writer
        ]
        for writer in sets.GERMAN.held_out
    }


def _change_case(words: list[str], rng: Random) -> list[str]:
    chance = rng.random()
    return [word.upper() if chance < 0.2 else word.lower() if chance < 0.5 else word for word in words]


def _to_picture(lines: list[Layer], gap: float) -> Picture:
    """Set lines under each other, black on white, uint8 (h, w)."""
    width = max(line.shape[1] for line in lines)
    padded = [np.pad(line, ((0, round(gap * len(line))), (0, width - line.shape[1]))) for line in lines]
    ink = np.pad(np.concatenate(padded), _MARGIN)
    return np.round(255 - 255 * ink).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100, help="pictures of each kind (default 100)")
    parser.add_argument("--first", type=int, default=0, help="the first picture's seed (default 0)")
    parser.add_argument("--hands", type=Path, metavar="FOLDER", help="folder of other people's handwriting")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save each misread picture here")
    args = parser.parse_args()
    classifier = Classifier.load(args.model)
    kinds: dict[str, Maker] = {"printed": make_printed, "beside": make_beside}
    if args.hands:
        kinds["written"] = lambda rng: make_written(rng, args.hands)
    for place, (kind, make) in enumerate(kinds.items()):
        exact = letters = wrong = sure = 0
        for seed in range(args.first, args.first + args.pictures):
            image, text, count = make(np.random.default_rng([seed, place]))
            reading = read(image, classifier)
            found = "".join(remove_spaces(reading.rows))
            exact += found == text
            letters += count
            wrong += max(0, len(reading) - len(text))
            sure += max(0, int((~reading.doubtful).sum()) - len(text))
            if args.errors and found != text:
                save_error_sheet(args.errors, Case(f"{kind}_{seed}", image, [text]), reading)
        print(
            f"{kind:<8} {wrong / letters:.1%} of {letters} letters read as digits, {sure / letters:.1%} without doubt; "
            f"{exact} of {args.pictures} pictures exact",
            flush=True,
        )


if __name__ == "__main__":
    main()
