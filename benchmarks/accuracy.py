"""Score digitnet, and others, on real handwriting.

Usage: python benchmarks/accuracy.py [DIR ...] [--strokes FILE] [--hands FOLDER] ...

Without arguments it scores the sample pictures that ship with the app. A folder holds pictures and
`labels.csv` with the columns `file` and `rows` (rows joined by "|"), and maybe `rows_with_printed`, which are right,
too.
A strokes file is JSON: a list of {"label", "writer", "strokes"}, a stroke a list of [x, y], y down, in a
box of 500 x 500. Only the ten writers with the highest numbers are scored; others may be trained on. Each digit is
drawn 180 pixels large on a canvas, with thin, middle and thick pens; and four of one writer at a time as a number,
about 120 pixels tall, spaced, tight and touching. The same numbers, and the
digits of the 10 px pen, are then read as on the page Draw, where the strokes are known ("strokes, ..."); other readers
see the picture alone.
A folder of handwriting is as in docs/handwriting.md; four scanned digits of one held-out writer at a time are set side
by side in the same three ways.
A file of non-digits is an .npz with `images`, uint8 (n, h, w), ink bright.

A cell of the table holds the share of wrong digits (by edit distance), the share of pictures read exactly right, and
the median time for a picture.
Non-digits have two lines. "As they come" counts a picture as refused if nothing is read in it. "At the level" counts
it as refused if no digit in it is read with at least the confidence below which 2% of the true digits lie. The first
figure of a cell is the share of true digits that are refused likewise: single digits of the 10 px pen and of photos.
The second figure is the share of non-digits that are refused.

A second table shows how well digitnet knows its errors: the share of right digits that it marks as doubtful, and the
number of wrong digits that it does not mark, in pictures where it found the right number of digits.

A third table counts pictures: those with digits of which none is doubtful are accepted, and some of these are wrong.
The app marks doubtful signs, too, which are not among the labels: the next column counts the pictures in which no sign
is doubtful, either. The last one counts how many texts are right with their signs, where `labels.csv` has a column
`text`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cases import (
    SAMPLES,
    CaseSet,
    ReaderMaker,
    divide_by_kind,
    draw_scanned_sets,
    draw_stroke_sets,
    load_folder,
    load_nondigits,
)
from benchmarks.peers import PEERS, PeerMissingError
from benchmarks.score_table import format_table
from benchmarks.scoring import DigitnetReader


def parse_arguments(description: str | None) -> argparse.Namespace:
    """Return the command's options, with the samples as folder if no pictures are named."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes to draw and read")
    parser.add_argument("--hands", type=Path, metavar="FOLDER", help="handwriting; numbers of its held-out writers")
    parser.add_argument("--nondigits", type=Path, metavar="FILE", help="pictures of non-digits")
    parser.add_argument("--count", type=int, help="pictures of each set (default all; 1000 digits, 300 numbers)")
    parser.add_argument("--by-kind", action="store_true", help="score a folder's pictures by the names of their files")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save a sheet of each misread picture here")
    parser.add_argument("--peer", action="append", choices=[*PEERS, "all"], default=[], help="another reader, too")
    args = parser.parse_args()
    if not (args.folders or args.strokes or args.hands or args.nondigits):
        args.folders = [SAMPLES]
    return args


def load_sets(args: argparse.Namespace) -> Iterator[CaseSet]:
    """Yield the sets of pictures that the options name."""
    for folder in args.folders:
        cases = load_folder(folder, args.count)
        yield from divide_by_kind(cases) if args.by_kind else [cases]
    if args.strokes:
        yield from draw_stroke_sets(args.strokes, args.count)
    if args.hands:
        yield from draw_scanned_sets(args.hands, args.count)
    if args.nondigits:
        yield load_nondigits(args.nondigits, args.count)


def make_readers(args: argparse.Namespace) -> Iterator[tuple[str, ReaderMaker]]:
    """Yield digitnet and the peers that the options name, without those that cannot run here."""
    digitnet = DigitnetReader(args.model)
    yield "digitnet", lambda kind: digitnet
    for name in PEERS if "all" in args.peer else args.peer:
        try:
            yield name, PEERS[name]()
        except PeerMissingError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)


def main() -> None:
    args = parse_arguments(__doc__)
    for line in format_table(load_sets(args), dict(make_readers(args)), args.errors):
        print(line, flush=True)


if __name__ == "__main__":
    main()
