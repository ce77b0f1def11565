"""Measure forms: a batch of filled sheets, scanned askew and photographed, read with templates made of empty sheets.

    python benchmarks/forms.py --sheets 200

Ten designs of forms with eight fields each; every sheet is of 2 megapixels, filled with MNIST's test digits. The batch
is read as the page Forms does, by the pool of workers, as many at a time as there are processors. It is read twice:
knowing nothing of the fields, and knowing how many digits each has. One sheet in twenty is of a form without a
template, to be refused.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.form_sheets import Design, choose_values, design_form, fill_form, photograph, scan_askew
from digitnet.batches.records import SheetPage
from digitnet.batches.tasks import read_form_sheet
from digitnet.datasets.mnist import load_mnist
from digitnet.errors import FormError
from digitnet.forms.making import make_template
from digitnet.forms.template import Template, to_json
from digitnet.models.active import get_active_model
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.reading.pipeline import load_classifier
from digitnet.workers.pool import run_in_worker

DESIGNS = 10
STRANGE_SHARE = 0.05  # Of the sheets are of a form without a template.


class Sheet(NamedTuple):
    """A filled sheet: its file, the template to read it with, its values, and whether it is of another form."""

    content: bytes
    design: int
    values: list[str]
    is_strange: bool


class Outcome(NamedTuple):
    """What came of a batch: seconds, and counts of fields and sheets."""

    seconds: float
    fields: int
    exact: int
    accepted: int
    wrong: int
    lost: int
    strange: int
    refused: int


def make_sheets(designs: list[Design], count: int, seed: int) -> list[Sheet]:
    """Fill sheets of all designs, and scan or photograph each."""
    digits, sheets = load_mnist()[1], []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        is_strange = rng.uniform() < STRANGE_SHARE
        design = design_form(1000 + number) if is_strange else designs[number % len(designs)]
        values = choose_values(design, rng)
        page = fill_form(design, values, digits, rng)
        image = (scan_askew, photograph)[int(rng.integers(2))](page, rng)
        content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        sheets.append(Sheet(content, number % len(designs), values, bool(is_strange)))
    return sheets


def make_templates(designs: list[Design], *, expects: bool) -> list[Template]:
    """Make the template of each design from its empty sheet, with or without the number of digits of its fields."""
    made = []
    for design in designs:
        fields = [
            replace(field, expect=f"{length} digits" if expects else "")
            for field, length in zip(design.fields, design.lengths, strict=True)
        ]
        sheet = np.clip(design.paper, 0, 255).astype(np.uint8)
        made.append(make_template(design.title, sheet, fields, load_classifier()))
    return made


def read_batch(sheets: list[Sheet], templates: list[Template]) -> Outcome:
    """Read all sheets by the pool of workers."""
    model, page, forms = get_active_model(), SheetPage("sheet.jpg", ""), [to_json(template) for template in templates]

    def read(sheet: Sheet) -> list[tuple[str, bool]] | None:
        try:
            task = sheet.content, page, forms[sheet.design], model, DEFAULT_RISK
            entry = run_in_worker(read_form_sheet, *task).entry
        except FormError:
            return None
        return [(field["text"], field["doubtful"]) for field in entry["rows"][0].values()]

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(read, sheets[: 2 * (os.cpu_count() or 1)]))  # The workers start.
        start = time.perf_counter()
        found = list(threads.map(read, sheets))
        seconds = time.perf_counter() - start
    known = [(fields, sheet) for fields, sheet in zip(found, sheets, strict=True) if not sheet.is_strange]
    pairs = [
        (text, doubtful, value)
        for fields, sheet in known
        if fields
        for (text, doubtful), value in zip(fields, sheet.values, strict=True)
    ]
    strange = [fields for fields, sheet in zip(found, sheets, strict=True) if sheet.is_strange]
    return Outcome(
        seconds,
        sum(len(sheet.values) for _, sheet in known),
        sum(text == value for text, _, value in pairs),
        sum(not doubtful for _, doubtful, _ in pairs),
        sum(not doubtful and text != value for text, doubtful, value in pairs),
        sum(fields is None for fields, _ in known),
        len(strange),
        sum(fields is None for fields in strange),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    designs = [design_form(seed) for seed in range(DESIGNS)]
    sheets = make_sheets(designs, args.sheets, args.seed)
    print("| known of fields | seconds | fields exact | accepted | wrong of these | not found | others refused |")
    print("|---|---|---|---|---|---|---|")
    for name, expects in (("nothing", False), ("number of digits", True)):
        result = read_batch(sheets, make_templates(designs, expects=expects))
        exact, accepted = result.exact / result.fields, result.accepted / result.fields
        wrong = f"{result.wrong / max(1, result.accepted):.1%} ({result.wrong})"
        print(
            f"| {name} | {result.seconds:.0f} | {exact:.1%} of {result.fields} | {accepted:.1%} | {wrong} "
            f"| {result.lost} | {result.refused} of {result.strange} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
