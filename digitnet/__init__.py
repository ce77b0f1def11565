"""Read handwritten digits."""

from digitnet.errors import ConfigError, DatasetError, DigitnetError, ExpectError, ImageError, ModelError
from digitnet.expectations.expect import Expect
from digitnet.reading.hints import Hints
from digitnet.reading.pages import read_pages
from digitnet.reading.pipeline import read
from digitnet.reading.result import Reading

__all__ = [
    "ConfigError",
    "DatasetError",
    "DigitnetError",
    "Expect",
    "ExpectError",
    "Hints",
    "ImageError",
    "ModelError",
    "Reading",
    "read",
    "read_pages",
]
__version__ = "0.1.0"
