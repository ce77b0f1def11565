"""Describe a batch of sheets, its sheets, their numbers, and what people have decided of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digitnet.errors import CollectionError

FORM, PHOTOS = "form", "photos"  # Kinds of batches.
WAITING, READ, FAILED = "waiting", "read", "failed"  # States of sheets.
TEXT, LEFT_OUT = "text", "left out"  # Kinds of decisions.
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels.


@dataclass(frozen=True)
class BatchSettings:
    """How the sheets of a batch are read and kept.

    Attributes:
        model: name of the model.
        risk: share of wrong numbers, 0 to 1, among those not marked as doubtful.
        keeps_pictures: whether the files are kept for a while, so that the reading goes on after a restart.
    """

    model: str
    risk: float
    keeps_pictures: bool = False


@dataclass(frozen=True)
class Batch:
    """Sheets that are read together.

    Attributes:
        id: 32 hexadecimal digits.
        account: whose batch it is, "" for the owner of this machine.
        name: name, which need not be unique.
        kind: FORM or PHOTOS.
        created: when it was made.
        template: the template of a form as JSON, see `forms.template.from_json`; "" for photos.
        expect: what is expected of each number on photos, as `Expect.parse` reads it; "" for any number.
        settings: how its sheets are read and kept.
    """

    id: str
    account: str
    name: str
    kind: str
    created: datetime
    template: str = field(repr=False)
    expect: str
    settings: BatchSettings


@dataclass(frozen=True)
class BatchCounts:
    """How far a batch is.

    Attributes:
        sheets: number of its sheets.
        read: number of those that were read.
        failed: number of those that cannot be read.
        numbers: number of the numbers on them.
        doubtful: number of the doubtful ones.
        undecided: number of the doubtful ones of which nobody has decided.
    """

    sheets: int = 0
    read: int = 0
    failed: int = 0
    numbers: int = 0
    doubtful: int = 0
    undecided: int = 0

    @property
    def waiting(self) -> int:
        """The number of sheets that are still to be read."""
        return self.sheets - self.read - self.failed


@dataclass(frozen=True)
class SheetPage:
    """A page of a file that is to be read.

    Attributes:
        file: name of the file.
        digest: SHA-256 of its content, 64 hexadecimal digits.
        page: number of the page, from 1.
        pages: how many pages the file has.
    """

    file: str
    digest: str
    page: int = 1
    pages: int = 1


@dataclass(frozen=True)
class Sheet:
    """A sheet of a batch.

    Attributes:
        id: its number, unique among the sheets of all batches.
        batch: id of its batch.
        place: place in its batch; sheets with higher places follow.
        page: the page of a file that it is.
        state: WAITING, READ or FAILED.
        error: sentence that says why it cannot be read, "" if it can.
        entry: what was read, as `forms.form_export.form_to_dict` or `reading.export.reading_to_dict` returns it; empty
            unless it was read. Decisions are not in it.
        model: name of the model that has read it, "" unless it was read.
        version: SHA-256 of that model's network.
        read: when it was read, None unless it was.
    """

    id: int
    batch: str
    place: int
    page: SheetPage
    state: str
    error: str = ""
    entry: dict[str, Any] = field(default_factory=dict, repr=False)
    model: str = ""
    version: str = ""
    read: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What somebody has decided of a number.

    Attributes:
        id: its number; later decisions have higher ones.
        sheet: number of the sheet.
        key: key of the number.
        kind: TEXT, or LEFT_OUT for what is no number.
        text: the text that was typed or confirmed, "" if it is left out.
        made: when.
        token: text that its sender chose to tell it from others; the same token of a sheet is the same decision.
        undone: when it was undone, None if it holds.
        addition: name of the addition to the digits that it has taught, for `Collection.undo`; None if it has not.
    """

    id: int
    sheet: int
    key: str
    kind: str
    text: str
    made: datetime
    token: str = ""
    undone: datetime | None = None
    addition: str | None = None


class DecisionError(CollectionError):
    """Somebody else has decided of a number meanwhile.

    Attributes:
        decision: the decision that holds, None if none does.
    """

    def __init__(self, message: str, decision: Decision | None = None) -> None:
        super().__init__(message)
        self.decision = decision

    def __reduce__(self) -> tuple[type[DecisionError], tuple[str, Decision | None]]:
        return type(self), (str(self), self.decision)


@dataclass(frozen=True)
class Number:
    """A number of a sheet, as it was read.

    Attributes:
        key: key that tells it from the others of its sheet: "ROW:COLUMN".
        name: name of its field, "" on a photo.
        row: its row, from 0: in the table of a form, or on a photo.
        column: its place, from 0, among the fields of a form or the numbers of a row.
        text: the text that was read, "" if the field is empty.
        confidence: probability that all of it is right, 0 to 1; None if it was corrected before it was kept.
        doubtful: whether it should be looked at.
        alternatives: other texts that it may be, the likeliest first.
        reason: sentence that says why it is doubtful, "" if it is not.
        expect: what is expected of it, as `Expect.parse` reads it; "" for any number.
        box: box around it in pixels of the picture; None if it has none.
        crop: PNG file of the number with its surroundings, at most 400 x 160 pixels; empty for most sure ones.
        crop_box: box around it in pixels of that picture; None without one.
        place: place among the numbers of its sheet, from 0.
        sheet: number of its sheet, 0 unless it is kept.
        page: the page of a file that it is on, None unless it is kept.
        decision: the decision that holds, None if nobody has decided.
    """

    key: str
    name: str
    row: int
    column: int
    text: str
    confidence: float | None
    doubtful: bool
    alternatives: tuple[str, ...] = ()
    reason: str = ""
    expect: str = ""
    box: Box | None = None
    crop: bytes = field(default=b"", repr=False)
    crop_box: Box | None = None
    place: int = 0
    sheet: int = 0
    page: SheetPage | None = None
    decision: Decision | None = None
