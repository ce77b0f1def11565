"""Measure forms: a batch of filled sheets, scanned askew and photographed, read with templates made of empty sheets.

    python benchmarks/forms.py --sheets 200 --hands FOLDER

Ten designs of forms with eight fields each; every sheet is of 2 megapixels, filled in the hand of a writer who was
never trained on, of a folder of handwriting (docs/handwriting.md), or, one half of them, with MNIST's test digits. The
batch is read as the page Forms does, by the pool of workers, as many at a time as there are processors. The same
sheets are read knowing nothing of the fields, how many digits each has, and also the check digit of long numbers. One
sheet in twenty is of a form without a template, to be refused. `--filled` makes the templates of filled sheets.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.form_hands import Hand, load_hands, make_mnist_hand
from benchmarks.form_sheets import Design, choose_values, design_form, photograph, scan_askew, write_form
from digitnet.batches.records import SheetPage
from digitnet.batches.tasks import read_form_sheet
from digitnet.datasets.mnist import load_mnist
from digitnet.errors import FormError
from digitnet.forms.making import make_template
from digitnet.forms.template import Template, to_json
from digitnet.models.active import get_active_model
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.reading.pipeline import load_classifier
from digitnet.scoring.comparison import compare_numbers
from digitnet.scoring.error_pictures import save_errors
from digitnet.scoring.outcome import Outcome, PictureScore, sum_up
from digitnet.scoring.score_export import list_wrong
from digitnet.workers.pool import get_pool, run_in_worker

DESIGNS = 10
STRANGE_SHARE = 0.05  # Of the sheets are of a form without a template.
_HEADS = (
    *("known of the fields", "seconds", "of processor", "fields exact", "doubtful", "wrong of the others", "not found"),
    "other forms refused",
)
KNOWN: dict[str, Callable[[Design], list[str]]] = {
    "nothing": lambda design: [""] * len(design.fields),
    "how many digits": lambda design: [f"{length} digits" for length in design.lengths],
    "and the check digit of long numbers": lambda design: design.phrases,
}


class Sheet(NamedTuple):
    """A filled sheet: its name, its file, its design and values, and whether it is of another form."""

    name: str
    content: bytes
    design: int
    values: list[str]
    is_strange: bool


class Batch(NamedTuple):
    """What came of a batch.

    Attributes:
        seconds: how long it took.
        processor: how long the workers have used a processor, their start included.
        scores: the sheets that were found.
        lost: how many were not found.
        strange: how many are of another form.
        refused: how many of these were refused.
    """

    seconds: float
    processor: float
    scores: list[PictureScore]
    lost: int
    strange: int
    refused: int


def make_sheets(designs: list[Design], hands: list[Hand], count: int, seed: int) -> list[Sheet]:
    """Fill sheets of all designs, and scan or photograph each."""
    mnist, sheets = make_mnist_hand(load_mnist()[1]), []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        is_strange = rng.uniform() < STRANGE_SHARE
        design = design_form(1000 + number) if is_strange else designs[number % len(designs)]
        values = choose_values(design, rng)
        hand = number // 2 % len(hands) if hands and number % 2 else -1
        page = write_form(design, values, mnist if hand < 0 else hands[hand], rng)
        camera = int(rng.integers(2))
        image = (scan_askew, photograph)[camera](page, rng)
        content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        writer = "mnist" if hand < 0 else f"hand{hand}"
        name = f"{number} {writer} {('scan', 'photo')[camera]}"
        sheets.append(Sheet(name, content, number % len(designs), values, bool(is_strange)))
    return sheets


def make_templates(designs: list[Design], known: str, *, filled: bool) -> list[Template]:
    """Make the template of each design from its empty sheet, or a filled one, with what is known of its fields."""
    made = []
    for number, design in enumerate(designs):
        fields = [
            replace(field, expect=phrase) for field, phrase in zip(design.fields, KNOWN[known](design), strict=True)
        ]
        sheet = design.paper
        if filled:
            rng = np.random.default_rng([99, number])
            sheet = write_form(design, choose_values(design, rng), make_mnist_hand(load_mnist()[0]), rng)
        made.append(make_template(design.title, np.clip(sheet, 0, 255).astype(np.uint8), fields, load_classifier()))
    return made


def read_batch(sheets: list[Sheet], templates: list[Template]) -> Batch:
    """Read all sheets by the pool of workers."""
    model, page, forms = get_active_model(), SheetPage("sheet.jpg", ""), [to_json(template) for template in templates]

    def read(sheet: Sheet) -> PictureScore | None:
        try:
            task = sheet.content, page, forms[sheet.design], model, DEFAULT_RISK
            entry, _, pictures, _ = run_in_worker(read_form_sheet, *task)
        except FormError:
            return None
        outcomes = [
            Outcome(
                name,
                value,
                field["text"],
                compare_numbers([value], [field["text"]]),
                not field["doubtful"],
                field["confidence"] or 0.0,
                picture,
            )
            for (name, field), value, picture in zip(entry["rows"][0].items(), sheet.values, pictures, strict=True)
        ]
        return PictureScore(sheet.name, tuple(outcomes))

    before = _measure_ended()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(read, sheets[: 2 * (os.cpu_count() or 1)]))  # The workers start.
        start = time.perf_counter()
        found = list(threads.map(read, sheets))
        seconds = time.perf_counter() - start
    get_pool().close()  # What processes have used is known once they have ended.
    processor = _measure_ended() - before
    known = [score for score, sheet in zip(found, sheets, strict=True) if not sheet.is_strange]
    strange = [score for score, sheet in zip(found, sheets, strict=True) if sheet.is_strange]
    scores = [score for score in known if score]
    return Batch(seconds, processor, scores, len(known) - len(scores), len(strange), strange.count(None))


def _measure_ended() -> float:
    """Return how long the processes that have ended have used a processor, in seconds."""
    times = os.times()
    return times.children_user + times.children_system


def format_row(known: str, batch: Batch) -> str:
    """Return a row of the table."""
    score = sum_up(batch.scores)
    cells = [
        known,
        f"{batch.seconds:.0f}",
        f"{batch.processor:.0f}",
        f"{score.exact_share:.1%} of {score.count}",
        f"{1 - score.accepted_share:.1%}",
        f"{score.accepted_wrong_share:.1%} ({score.accepted_wrong})",
        str(batch.lost),
        f"{batch.refused} of {batch.strange}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument(
        "--hands", type=Path, metavar="FOLDER", help="handwriting; half of the sheets by held-out writers"
    )
    parser.add_argument("--filled", action="store_true", help="make the templates of filled sheets")
    parser.add_argument("--known", action="append", choices=KNOWN, help="know only this of the fields (default: each)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save the wrong fields as a sheet for each row here")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    designs = [design_form(seed) for seed in range(DESIGNS)]
    hands = load_hands(args.hands) if args.hands else []
    sheets = make_sheets(designs, hands, args.sheets, args.seed)
    print(f"| {' | '.join(_HEADS)} |")
    print("|---" * len(_HEADS) + "|")
    for known in args.known or KNOWN:
        batch = read_batch(sheets, make_templates(designs, known, filled=args.filled))
        print(format_row(known, batch), flush=True)
        if args.errors:
            args.errors.mkdir(parents=True, exist_ok=True)
            wrong = sorted(list_wrong(batch.scores), key=lambda each: not each[1].is_accepted)
            save_errors(wrong, args.errors / f"{known.replace(' ', '-')}.png")


if __name__ == "__main__":
    main()
