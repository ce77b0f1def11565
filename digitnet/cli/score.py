"""Define the command `score`: read a folder of pictures whose numbers are known, and say how well."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli.output import iterate_quietly, print_error, to_printable
from digitnet.cli.read_hints import as_argument
from digitnet.cli.tables import format_columns
from digitnet.errors import FormError
from digitnet.expectations.expect import Expect
from digitnet.expectations.phrases import EXAMPLES
from digitnet.reading import options

if TYPE_CHECKING:
    from digitnet.scoring.labels import LabeledPicture
    from digitnet.scoring.outcome import PictureScore
    from digitnet.scoring.picture_scoring import ScoringSettings
    from digitnet.scoring.score_export import Scores

_DESCRIPTION = """
Read the pictures of a folder and compare them with what they hold: the table `labels.csv` beside them has the columns
`file` and `number`, several numbers of a file with spaces between them or in lines below each other. Without a table
pictures are named by what they hold: 12.50.jpg, 3141_2.png. With a template, the columns are `file` and the fields.
"""
_SHOWN = 20  # Wrong readings, or differences of two models, that are printed.


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `score`."""
    command.description = _DESCRIPTION
    command.add_argument("folder", type=Path, metavar="DIR", help="the folder")
    help = "name of the model (default: the active one); twice for two models side by side"
    command.add_argument("--model", dest="models", action="append", help=help)
    help = "save the wrong readings as pictures: on one sheet, or each in a folder"
    command.add_argument("--errors", type=Path, metavar="FILE.png|DIR", help=help)
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="sums and all readings as JSON"
    )
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="a line of CSV for each reading")
    help = "the pictures are sheets of a form, whose template `form` has made"
    command.add_argument("--template", type=Path, metavar="FILE", help=help)
    help = f"what each number has to be: {EXAMPLES}"
    command.add_argument("--expect", type=as_argument(Expect.parse), metavar="PHRASES", help=help)
    help = "mark numbers as doubtful so that this share of the others is wrong, 0 to 1 (default: 0.01)"
    command.add_argument("--risk", type=as_argument(options.parse_share), metavar="SHARE", help=help)
    command.set_defaults(command=_score)


def _score(
    folder: Path,
    models: list[str] | None,
    errors: Path | None,
    form: str,
    template: Path | None,
    expect: Expect | None,
    risk: float | None,
) -> int:
    """Score a folder and print the result; return the exit code."""
    from digitnet.forms.template import load_template
    from digitnet.models.active import get_active_model
    from digitnet.models.calibration import DEFAULT_RISK
    from digitnet.models.store import model_dir
    from digitnet.reading.hints import Hints
    from digitnet.scoring.error_pictures import save_errors
    from digitnet.scoring.labels import load_folder
    from digitnet.scoring.picture_scoring import ScoringSettings
    from digitnet.scoring.score_export import list_wrong, to_score_csv, to_score_json

    if template and expect:
        raise FormError("A template says itself what is expected of its fields; leave out --expect.")
    names = list(dict.fromkeys(models or [get_active_model()]))
    for name in names:
        model_dir(name)
    made = load_template(template) if template else None
    labels = load_folder(folder, [field.name for field in made.fields] if made else ())
    for problem in labels.problems:
        print_error(str(folder), problem)
    settings = ScoringSettings(Hints(expect=expect), made, DEFAULT_RISK if risk is None else risk)
    scores = _read(list(labels.pictures), names, settings)
    failed = [print_error(score.file, score.error) for score in scores[names[0]] if score.error]
    if form == "csv":
        print(to_score_csv(scores), end="")
    elif form == "json":
        print(to_score_json(scores))
    else:
        print(_format(scores))
    if errors:
        wrong = [
            (f"{model}: {name}" if len(names) > 1 else name, outcome)
            for model, each in scores.items()
            for name, outcome in list_wrong(each)
        ]
        save_errors(wrong, errors)
    return int(bool(failed or labels.problems))


def _read(
    pictures: list[LabeledPicture], models: list[str], settings: ScoringSettings
) -> dict[str, list[PictureScore]]:
    """Read all pictures by all models, and say on a terminal how far that is."""
    from digitnet.scoring.folder_scoring import describe_progress, iterate_scores

    scores: dict[str, list[PictureScore]] = {model: [] for model in models}
    found = iterate_quietly(iterate_scores(pictures, models, settings))
    total, start, is_live = len(pictures) * len(models), time.monotonic(), sys.stderr.isatty()
    for done, (model, score) in enumerate(found, start=1):
        scores[model].append(score)
        if is_live:
            text = describe_progress(done, total, time.monotonic() - start)
            print(f"\r\033[K{text}" if done < total else "\r\033[K", end="", file=sys.stderr, flush=True)
    return scores


def _format(scores: Scores) -> str:
    """Return the figures of each model, and what is wrong or differs."""
    from digitnet.scoring.outcome import list_differences, sum_up
    from digitnet.scoring.score_export import (
        describe_difference,
        describe_sides,
        describe_wrong,
        list_figures,
        list_wrong,
    )

    figures = [list_figures(sum_up(each)) for each in scores.values()]
    table = format_columns(["", *scores], [[name, *(each[name] for each in figures)] for name in figures[0]])
    if len(scores) == 2:
        names = list(scores)
        lines = [describe_difference(each, *names) for each in list_differences(*scores.values())]
        heads = [describe_sides(scores)]
    else:
        lines = [describe_wrong(*each) for each in list_wrong(next(iter(scores.values())))] if len(scores) == 1 else []
        heads = []
    more = [f"... and {len(lines) - _SHOWN:,} more"] * (len(lines) > _SHOWN)
    parts = [table, *heads, *map(to_printable, lines[:_SHOWN]), *more]
    return "\n".join(parts)
