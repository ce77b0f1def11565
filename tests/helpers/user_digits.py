"""User digits for tests of the collection."""

from datetime import UTC, datetime, timedelta

import numpy as np

from digitnet.collection.samples import PNG_SIGNATURE, Sample, StoredDigit, compute_digest
from digitnet.collection.strings import StoredString
from digitnet.preprocessing.images import to_png


def make_sample(number, label=3, **fields):
    """Return a sample with a picture that is unique to `number`."""
    picture = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(picture, PNG_SIGNATURE + b"crop %d" % number, label, **fields)


def make_stored_digit(number, picture, label=3, **fields):
    """Return a stored digit, with a time of addition that is unique to `number`."""
    moment = datetime(2024, 2, 29, 12, tzinfo=UTC) + timedelta(days=number, microseconds=number)
    plain = {
        "crop": to_png(picture),
        "label": label,
        "id": number,
        "digest": compute_digest(picture),
        "added": moment,
        "deleted": False,
    }
    return StoredDigit(picture, **plain | fields)


def export_sample(sample, added, deleted=False):
    """Return a sample as a digit of an export, added at this time."""
    return StoredDigit(**vars(sample), id=0, digest="", added=added, deleted=deleted)


def make_stored_string(number, text="12.50", **fields):
    """Return a string of an export, with a digest, a picture and a time that are unique to `number`."""
    moment = datetime(2024, 2, 29, 12, tzinfo=UTC) + timedelta(days=number, microseconds=number)
    picture = to_png(np.full((20, 60), number, np.uint8))
    plain = {"digest": f"{number:064x}", "id": 0, "added": moment, "deleted": False}
    return StoredString(picture, text, **plain | fields)
