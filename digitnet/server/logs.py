"""Write the log of a server: a line for each record, as JSON or as text."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from digitnet.access.server_settings import read_server_choice

FORMATS = ("json", "text")


class JsonFormatter(logging.Formatter):
    """Writes a record as a JSON object on one line; the facts of an event are keys of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(_describe(self, record), default=str)


class TextFormatter(logging.Formatter):
    """Writes a record as words on one line; line breaks and control characters are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        parts = _describe(self, record)
        line = " ".join(str(parts.pop(key)) for key in ("time", "level", "logger", "message"))
        line += "".join(f" {key}={value}" for key, value in parts.items())
        return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)


def find_log_format() -> str:
    """Return "json" or "text", or "" to keep no log of events: `$DIGITNET_LOG_FORMAT`, else the file of settings.

    Raises:
        SettingsError: it is none of these, or the file cannot be read.
    """
    return read_server_choice("log_format", "DIGITNET_LOG_FORMAT", ("", *FORMATS))


def set_up_logs() -> None:
    """Let all loggers of this process write lines of the format that was set; change nothing if none was.

    Call it when the server has set up its own loggers.

    Raises:
        SettingsError: as `find_log_format`.
    """
    if not (wanted := find_log_format()):
        return
    formatter = JsonFormatter() if wanted == "json" else TextFormatter()
    own = logging.getLogger("digitnet")
    own.handlers = [logging.StreamHandler(sys.stderr)]
    own.setLevel(logging.INFO)
    own.propagate = False
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for handler in [handler for logger in [logging.root, *known] for handler in logger.handlers]:
        if isinstance(handler, logging.StreamHandler):
            handler.setFormatter(formatter)


def _describe(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, Any]:
    parts = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage(),
        **getattr(record, "facts", {}),
    }
    if record.exc_info:
        parts["error"] = formatter.formatException(record.exc_info)
    return parts
