"""Learn from what the user decides of numbers of batches."""

from __future__ import annotations

from digitnet.batches.review import Review
from digitnet.batches.review_lessons import learn
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError
from pages.shared import model_choice, user_collection
from pages.shared.writer_choice import get_writer


def keep_lessons(review: Review, store: BatchStore) -> str:
    """Keep the digits of what was decided, and take back those of what was undone; return why not, "" if it is done."""
    try:
        learn(review, store, user_collection.open_collection(), model_choice.get_model(), get_writer())
        user_collection.confirm_saved("")
    except DigitnetError as error:
        return str(error)
    return ""
