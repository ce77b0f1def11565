"""Define the errors that digitnet raises; each message is a sentence that a user can read.

DigitnetError
├── ImageError       a picture cannot be read
├── ExpectError      what is expected of a number is unclear, or contradicts itself
├── ModelError       a model is unknown, incomplete or damaged
├── ConfigError      training settings are invalid
├── TrainingError    a training run cannot start, continue or be saved
├── DatasetError     training data, or the labels of pictures, are missing or invalid
├── CollectionError  user digits cannot be saved, found or imported
├── ArchiveError     an archive cannot be read, or its results cannot be written
├── ClusterError     a Ray cluster does not answer, or has failed
├── BackupError      a backup cannot be written, or is damaged
├── SettingsError    the file of settings cannot be read, or holds a wrong value
├── NetworkError     a network cannot be served
├── AccessError      somebody may not do what they asked for
├── QuotaError       somebody has used up what they may for now, or the disk is nearly full
├── FormError        a template of a form is wrong, or a sheet is not of that form
├── AlignmentError   a typed text does not match the digits that were found
└── CanceledError    what was under way was canceled
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class DigitnetError(Exception):
    """Base of every error that digitnet raises on purpose."""


class ImageError(DigitnetError):
    """A picture cannot be read."""


class ExpectError(DigitnetError):
    """What is expected of a number is unclear, or contradicts itself."""


class ModelError(DigitnetError):
    """A model is unknown, incomplete or damaged."""


class ConfigError(DigitnetError):
    """Training settings are invalid."""


class TrainingError(DigitnetError):
    """A training run cannot start, continue or be saved."""


class DatasetError(DigitnetError):
    """Training data, or the labels of pictures, are missing or invalid."""


class CollectionError(DigitnetError):
    """User digits cannot be saved, found or imported."""


class ArchiveError(DigitnetError):
    """An archive cannot be read, or its results cannot be written."""


class ClusterError(DigitnetError):
    """A Ray cluster does not answer, or has failed."""


class BackupError(DigitnetError):
    """A backup cannot be written, or is damaged."""


class SettingsError(DigitnetError):
    """The file of settings cannot be read, or holds a wrong value."""


class NetworkError(DigitnetError):
    """A network cannot be served."""


class AccessError(DigitnetError):
    """Somebody may not do what they asked for."""


class QuotaError(DigitnetError):
    """Somebody has used up what they may for now, or the disk is nearly full.

    Attributes:
        wait_seconds: when it works again, None if waiting does not help.
    """

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds

    def __reduce__(self) -> tuple[type[QuotaError], tuple[str, float | None]]:
        return type(self), (str(self), self.wait_seconds)


class FormError(DigitnetError):
    """A template of a form is wrong, or a sheet is not of that form."""


class AlignmentError(DigitnetError):
    """A typed text does not match the digits that were found."""


class CanceledError(DigitnetError):
    """What was under way was canceled."""


@contextmanager
def explain_os_errors(sentence: str, error_class: type[DigitnetError], advice: str = "") -> Iterator[None]:
    """Raise an OSError of the block as `error_class`, with a sentence, the reason and advice.

    Args:
        sentence: start of the message, such as "The model 'cnn' cannot be saved".
        error_class: class of the error that is raised.
        advice: end of the message, such as "make room, then resume".
    """
    try:
        yield
    except OSError as error:
        raise error_class(f"{sentence}: {error.strerror or error}{advice and f'; {advice}'}.") from error
