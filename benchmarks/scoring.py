"""Score readers on sets of pictures: digits wrong, pictures exactly right, doubts, and time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cases import Case, CaseSet, Reader
from benchmarks.error_sheets import save_error_sheet
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read, read_drawing
from digitnet.reading.result import Reading
from digitnet.scoring.comparison import compare_rows, remove_spaces
from digitnet.scoring.picture_scoring import is_accepted
from digitnet.scoring.score import Score
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB


class DigitnetReader:
    """A reader that keeps its last reading."""

    def __init__(self, model: str | None) -> None:
        self._classifier = Classifier.load(model)
        self.last = Reading.empty()

    def __call__(self, picture: RGB, strokes: Sequence[Stroke] = ()) -> list[str]:
        """Return the rows of a picture; one with strokes is read as a drawing."""
        if strokes:
            self.last = read_drawing(picture, self._classifier, strokes)
        else:
            self.last = read(picture, self._classifier)
        return self.last.rows


@dataclass
class DoubtCounts:
    """Counts of right and wrong digits, and of those marked as doubtful or not."""

    right: int = 0
    doubtful_right: int = 0
    wrong: int = 0
    sure_wrong: int = 0

    def add(self, case: Case, reading: Reading) -> None:
        """Count the digits of a picture, unless some were not found, or too many."""
        truth = "".join(case.truth)
        if len(truth) != len(reading):
            return
        for true, label, doubtful in zip(truth, reading.labels.tolist(), reading.doubtful.tolist(), strict=True):
            if label == int(true):
                self.right += 1
                self.doubtful_right += doubtful
            else:
                self.wrong += 1
                self.sure_wrong += not doubtful

    def format_cell(self) -> str:
        """Return the counts of doubtful right and of sure wrong digits, "-" without any digits."""
        if not self.right + self.wrong:
            return "-"
        doubtful = f"{self.doubtful_right / max(self.right, 1):.1%} of {self.right:,}"
        return f"{doubtful} / {self.sure_wrong} of {self.wrong}"


@dataclass
class ReaderScore(Score):
    """The score of one reader on one set, and what is told of digitnet alone.

    Attributes:
        blank: number of pictures in which nothing was read.
        texts: number of pictures whose text with its signs is known.
        texts_right: number of these whose text is exactly right.
        unmarked: number of pictures with digits in which no digit and no sign is marked.
        unmarked_wrong: number of these whose digits are not exactly right.
        confidences: highest confidence of a digit in each picture.
        doubts: counts of right and wrong digits that are marked as doubtful.
    """

    blank: int = 0
    texts: int = 0
    texts_right: int = 0
    unmarked: int = 0
    unmarked_wrong: int = 0
    confidences: list[float] = field(default_factory=list)
    doubts: DoubtCounts = field(default_factory=DoubtCounts)

    def add(self, case: Case, rows: list[str], seconds: float) -> None:
        """Count a picture that was read as these rows."""
        self.add_comparison(compare_rows(list_truths(case), rows))
        self.blank += not rows
        self.seconds.append(seconds)

    def add_reading(self, case: Case, reading: Reading) -> None:
        """Count what only digitnet tells of a picture: its doubts and signs.

        It is accepted by its digits alone, as its labels are; the app marks doubtful signs, too.
        """
        self.confidences.append(float(reading.confidence.max(initial=0.0)))
        self.doubts.add(case, reading)
        is_exact = remove_spaces(reading.rows) in list_truths(case)
        self.add_acceptance(is_accepted=is_accepted(reading), is_exact=is_exact)
        is_unmarked = len(reading) > 0 and not reading.has_doubts
        self.unmarked += is_unmarked
        self.unmarked_wrong += is_unmarked and not is_exact
        if case.text:
            self.texts += 1
            self.texts_right += "".join(reading.text.split()) == "".join(case.text.split())

    def format_acceptance(self) -> str:
        """Return the share of accepted pictures and of wrong ones among them, "-" if nothing is known of that."""
        return f"{self.accepted_share:.1%} / {self.accepted_wrong_share:.1%}" if self.confidences else "-"

    def format_unmarked(self) -> str:
        """Return the share of pictures without any mark and of wrong ones among them, "-" if nothing is known of it."""
        if not self.confidences:
            return "-"
        return f"{self.unmarked / max(1, self.count):.1%} / {self.unmarked_wrong / max(1, self.unmarked):.1%}"

    def format_texts(self) -> str:
        """Return how many texts are right with their signs, "-" if none is known."""
        return f"{self.texts_right} of {self.texts}" if self.texts else "-"

    def format_cell(self) -> str:
        """Return the shares of wrong digits and of exact pictures, and the median time."""
        return format_cell(self.wrong_share, self.exact_share, self.median_seconds)


def list_truths(case: Case) -> list[list[str]]:
    """Return the rows that are right: the written digits, or these and the printed ones."""
    return [case.truth] if case.with_printed is None else [case.truth, case.with_printed]


def format_cell(wrong: float, exact: float, seconds: float) -> str:
    """Return a cell of the table: two shares and the median time."""
    return f"{wrong:.1%} / {exact:.1%} / {seconds * 1000:.0f} ms"


def score_set(cases: CaseSet, readers: Mapping[str, Reader], errors: Path | None) -> dict[str, ReaderScore]:
    """Return the score of each reader on a set.

    Args:
        errors: folder for sheets of the pictures that digitnet misreads, or None.
    """
    scores = {name: ReaderScore() for name in readers}
    for case in cases.cases:
        pages = case.load_pages()
        for name, reader in readers.items():
            started = time.perf_counter()
            strokes = (case.strokes,) if isinstance(reader, DigitnetReader) else ()
            read = [reader(page, *strokes) for page in pages]
            rows = remove_spaces([row for rows in read for row in rows])
            scores[name].add(case, rows, time.perf_counter() - started)
            if isinstance(reader, DigitnetReader) and len(pages) == 1:
                scores[name].add_reading(case, reader.last)
                if errors and rows not in list_truths(case):
                    save_error_sheet(errors / cases.name.replace(", ", "_").replace(" ", "-"), case, reader.last)
    return scores
