"""The errors a caller can meet; each message is one sentence fit for a user to read.

DigitnetError
├── ImageError       a picture that cannot be read
├── ModelError       a model that is unknown, incomplete or damaged
├── ConfigError      training settings that cannot work
├── TrainingError    a training run that cannot start, go on or be kept
├── DatasetError     training data that is missing or not what it should be
├── AlignmentError   a typed text that cannot be laid beside the digits that were found
└── CollectionError  people's labelled digits that cannot be kept, found or taken in
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class DigitnetError(Exception):
    """Base of every error that digitnet raises on purpose."""


class ImageError(DigitnetError):
    """A picture cannot be read."""


class ModelError(DigitnetError):
    """A model is unknown, incomplete or damaged."""


class ConfigError(DigitnetError):
    """Training settings cannot work."""


class TrainingError(DigitnetError):
    """A training run cannot start, go on or be kept."""


class DatasetError(DigitnetError):
    """Training data is missing or not what it should be."""


class CollectionError(DigitnetError):
    """People's labelled digits cannot be kept, found or taken in."""


class AlignmentError(DigitnetError):
    """A text that somebody typed cannot be laid beside the digits that were found."""


@contextmanager
def explain_os_errors(sentence: str, error_class: type[DigitnetError], advice: str = "") -> Iterator[None]:
    """Raise an OSError of the block as `error_class`: the sentence, the reason and the advice.

    Args:
        sentence: the start of the message, such as "The model 'cnn' cannot be saved".
        advice: the end of the message, such as "make room, then resume".
    """
    try:
        yield
    except OSError as error:
        raise error_class(f"{sentence}: {error.strerror or error}{advice and f'; {advice}'}.") from error
