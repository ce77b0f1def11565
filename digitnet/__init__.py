"""digitnet reads handwritten digits."""

from digitnet.errors import ConfigError, DatasetError, DigitnetError, ImageError, ModelError
from digitnet.reading import Reading, read

__all__ = ["ConfigError", "DatasetError", "DigitnetError", "ImageError", "ModelError", "Reading", "read"]
__version__ = "0.1.0"
