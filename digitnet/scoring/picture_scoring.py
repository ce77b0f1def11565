"""Read a picture whose numbers are known, and score the reading: a step that a worker can run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from digitnet.access.permissions import guarded
from digitnet.documents.opening import choose_pages, open_document
from digitnet.errors import DigitnetError
from digitnet.expectations.expect import keep_digits
from digitnet.forms.form_reading import FieldReading, read_form_rgb
from digitnet.forms.template import Template
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_png
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.result import Reading
from digitnet.scoring.comparison import compare_numbers
from digitnet.scoring.labels import LabeledPicture
from digitnet.scoring.outcome import Outcome, PictureScore
from digitnet.segmentation.boxes import enclose
from digitnet.types import RGB

_MARGIN = 0.8  # Around the numbers of a picture, as a share of their height: some may have been overlooked.
_MAX_WIDTH, _MAX_HEIGHT = 640, 120  # Of the picture of an outcome, in pixels.


@dataclass(frozen=True)
class ScoringSettings:
    """How to read pictures that are scored.

    Attributes:
        hints: knowledge of the pictures; of no use with a template.
        template: their form, None for plain pictures.
        risk: share of wrong numbers, 0 to 1, among those not marked as doubtful.
    """

    hints: Hints = field(default_factory=Hints)
    template: Template | None = None
    risk: float = DEFAULT_RISK


@guarded("models.score")
def score_picture(picture: LabeledPicture, model: str, settings: ScoringSettings) -> PictureScore:
    """Read a picture with a model, and compare it with its numbers.

    Raises:
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = load_classifier(model)
    level = classifier.find_min_confidence(settings.risk)
    start = time.perf_counter()
    try:
        if settings.template:
            outcomes = _score_form(picture, settings.template, classifier, level)
        else:
            outcomes = (_score_numbers(picture, classifier, settings.hints, level),)
    except DigitnetError as error:
        return fail(picture, str(error))
    return PictureScore(picture.file, outcomes, time.perf_counter() - start)


def fail(picture: LabeledPicture, error: str) -> PictureScore:
    """Return the score of a picture that cannot be read."""
    if not picture.fields:
        return PictureScore(picture.file, (_compare("", picture.numbers, ()),), error=error)
    outcomes = (
        _compare(_name_field(name, row, len(picture.fields)), truth.split(), ())
        for row, fields in enumerate(picture.fields)
        for name, truth in fields.items()
    )
    return PictureScore(picture.file, tuple(outcomes), error=error)


def is_accepted(reading: Reading, truth: Iterable[str] = ()) -> bool:
    """Return whether a number was read and no digit is doubtful, nor a sign if the right numbers have some."""
    text = "".join(truth)
    has_signs = keep_digits(text) != text
    return len(reading) > 0 and not reading.doubtful.any() and not (has_signs and reading.doubtful_signs.any())


def _compare(place: str, truth: Sequence[str], found: Sequence[str]) -> Outcome:
    return Outcome(place, " ".join(truth), " ".join(found), compare_numbers(truth, found))


def _score_numbers(picture: LabeledPicture, classifier: Classifier, hints: Hints, level: float) -> Outcome:
    """Score all pages of a file."""
    document = open_document(picture.source)
    pages: list[tuple[RGB, Reading]] = []
    for number in choose_pages(document.count):
        image = document.load(number).image
        pages.append((image, replace(read_rgb(image, classifier, hints), level=level)))
    readings = [reading for _, reading in pages]
    outcome = _compare("", picture.numbers, list(chain.from_iterable(reading.number_texts for reading in readings)))
    filled = [reading for reading in readings if len(reading)]
    accepted = bool(filled) and all(is_accepted(reading, picture.numbers) for reading in filled)
    confidence = float(np.prod([reading.number_confidence.prod() for reading in filled])) if filled else 0.0
    image, reading = next(((image, reading) for image, reading in pages if len(reading)), pages[0])
    shown = b"" if outcome.is_exact else _draw(image, reading)
    return replace(outcome, is_accepted=accepted, confidence=confidence, picture=shown)


def _draw(image: RGB, reading: Reading) -> bytes:
    """Return a small PNG file of what was read and its surroundings, or of the whole picture."""
    if len(reading):
        left, top, right, bottom = enclose(reading.boxes).tolist()
        margin = round(_MARGIN * (bottom - top))
        image = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return _shrink(image)


def _shrink(image: RGB) -> bytes:
    return to_png(scale_down(image, min(1.0, _MAX_HEIGHT / image.shape[0], _MAX_WIDTH / image.shape[1])))


def _score_form(
    picture: LabeledPicture, template: Template, classifier: Classifier, level: float
) -> tuple[Outcome, ...]:
    """Score the fields of a form, row by row."""
    rows = read_form_rgb(open_document(picture.source).load(1).image, template, classifier, level).rows
    count = max(len(rows), len(picture.fields))
    truths = [*picture.fields, *[dict.fromkeys(picture.fields[0], "")] * (count - len(picture.fields))]
    found: list[Sequence[FieldReading | None]] = [*rows, *[[None] * len(template.fields)] * (count - len(rows))]
    return tuple(
        _score_field(_name_field(field.name, row, count), truths[row][field.name], found[row][place])
        for row in range(count)
        for place, field in enumerate(template.fields)
    )


def _score_field(place: str, truth: str, found: FieldReading | None) -> Outcome:
    """Score a field; one that is empty for sure is accepted, too."""
    outcome = _compare(place, truth.split(), found.text.split() if found else ())
    if found is None:
        return replace(outcome, is_accepted=True)
    shown = b"" if outcome.is_exact else _shrink(found.picture)
    return replace(outcome, is_accepted=not found.doubtful, confidence=found.confidence or 0.0, picture=shown)


def _name_field(name: str, row: int, count: int) -> str:
    return f"{name}, row {row + 1}" if count > 1 else name
