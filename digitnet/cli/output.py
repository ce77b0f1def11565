"""Print what commands read, and keep the noise of libraries out of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


def print_error(file: str, sentence: str) -> bool:
    """Print a sentence about a file on stderr unless it is empty; return whether it was printed."""
    if sentence:
        print(f"digitnet: {to_printable(file)}: {sentence}", file=sys.stderr)
    return bool(sentence)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep off stderr what no setting turns off: LiteRT's greeting, and notes of libtiff on damaged files."""
    try:
        stderr = os.dup(2)
    except OSError:  # The process has no stderr.
        yield
        return
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def iterate_quietly(items: Iterator[_T]) -> Iterator[_T]:
    """Yield items; what libraries print while one is made is kept off stderr."""
    while True:
        with quiet_libraries():
            item = next(items, None)
        if item is None:
            return
        yield item


def to_printable(name: str) -> str:
    """Return the name of a file without line ends and codes that would change what the terminal shows."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)


def save(content: bytes, path: Path, subject: str) -> str:
    """Save a file; return a sentence about the failure, or ""."""
    try:
        path.write_bytes(content)
    except OSError as error:
        return f"{subject} cannot be saved as {str(path)!r}: {error.strerror}."
    return ""
