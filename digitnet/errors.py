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
