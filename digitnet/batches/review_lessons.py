"""Learn from what is decided of numbers: keep their digits and texts with those that users corrected."""

from __future__ import annotations

from digitnet.batches.records import LEFT_OUT, Decision, Number
from digitnet.batches.review import Review
from digitnet.batches.store import BatchStore
from digitnet.collection.collection import Collection
from digitnet.collection.crop_samples import make_crop_samples
from digitnet.errors import AlignmentError, ImageError
from digitnet.workers.pool import run_in_worker


def learn(review: Review, store: BatchStore, collection: Collection, model: str, writer: str = "") -> int:
    """Keep the digits of the numbers that were decided, as corrections on the page Photos do; return of how many.

    Digits of decisions that hold no more are taken back. A number teaches nothing without a picture, without consent,
    if other digits are found than its text has, or if it was left out: it may well hold digits.

    Args:
        review: the way through the batch, whose decisions are learned from once.
        store: the store of the batch.
        collection: the digits.
        model: name of the model that finds the digits.
        writer: name of the writer.

    Raises:
        DigitnetError: the digits cannot be kept, such as too many in a day.
    """
    while review.superseded:
        _take_back(store, collection, review.superseded.pop())
    is_allowed, kept = bool(review.untaught) and collection.consents.is_given(), 0
    while review.untaught:
        _, (number, decision) = review.untaught.popitem()
        kept += is_allowed and _teach(store, collection, number, decision, model, writer)
    return kept


def _teach(
    store: BatchStore, collection: Collection, number: Number, decision: Decision, model: str, writer: str
) -> bool:
    if decision.kind == LEFT_OUT or not number.crop_box:
        return False
    about = decision.text, model, number.page.file if number.page else "", writer
    try:
        samples, strings = run_in_worker(make_crop_samples, number.crop, number.crop_box, *about, subject="The number")
    except (AlignmentError, ImageError):
        return False
    store.numbers.note_addition(decision.id, collection.add(samples, strings).batch)
    return True


def _take_back(store: BatchStore, collection: Collection, decision: Decision) -> None:
    if decision.addition:
        collection.undo(decision.addition)
        store.numbers.note_addition(decision.id, None)
