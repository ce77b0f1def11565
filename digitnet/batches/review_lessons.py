"""Learn from what is decided of numbers: keep their digits and texts with those that users corrected."""

from __future__ import annotations

from digitnet.access.accounts import owns
from digitnet.batches.records import LEFT_OUT, Decision, Number
from digitnet.batches.review import Review
from digitnet.batches.store import BatchStore
from digitnet.collection.collection import Collection
from digitnet.collection.crop_samples import make_crop_samples
from digitnet.errors import AlignmentError, ImageError
from digitnet.workers.pool import run_in_worker


def learn(review: Review, store: BatchStore, collection: Collection, model: str, writer: str = "") -> None:
    """Keep the digits of the numbers that were decided, as corrections on the page Photos do.

    Digits of decisions that hold no more are taken back. A number teaches nothing without a picture, without consent,
    if it is somebody else's, if other digits are found than its text has, or if it was left out: it may well hold
    digits.

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
    is_allowed = bool(review.untaught) and _may_learn(review, store, collection)
    while review.untaught:
        _, (number, decision) = review.untaught.popitem()
        if is_allowed and decision.kind != LEFT_OUT and number.crop_box:
            _teach(store, collection, number, decision, model, writer)


def _may_learn(review: Review, store: BatchStore, collection: Collection) -> bool:
    """Return whether digits of a batch may be kept: those of others would stay when they delete all of theirs."""
    return owns(store.get(review.batch).account) and collection.consents.is_given()


def _teach(
    store: BatchStore, collection: Collection, number: Number, decision: Decision, model: str, writer: str
) -> None:
    about = decision.text, model, number.page.file if number.page else "", writer
    try:
        samples, strings = run_in_worker(make_crop_samples, number.crop, number.crop_box, *about, subject="The number")
    except (AlignmentError, ImageError):
        return
    store.numbers.note_addition(decision.id, collection.add(samples, strings).batch)


def _take_back(store: BatchStore, collection: Collection, decision: Decision) -> None:
    if decision.addition:
        collection.undo(decision.addition)
        store.numbers.note_addition(decision.id, None)
