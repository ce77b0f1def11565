"""Find the files that commands are given: files, and those in folders and ZIP files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from digitnet.cli.output import print_error
from digitnet.errors import FormError, ImageError, explain_os_errors


class Source(NamedTuple):
    """A file to read.

    Attributes:
        name: its name: "scan.jpg", or "scans.zip / page1.jpg".
        content: its path, or its content if it comes from a ZIP file.
        error: a sentence that says why a folder or ZIP file cannot be read, or "".
    """

    name: str
    content: Path | bytes
    error: str = ""


def list_sources(files: Iterable[str]) -> Iterator[Source]:
    """Yield files, those of folders and those of ZIP files; which of these are no pictures is said on stderr."""
    for file in files:
        path = Path(file)
        try:
            yield from _list_folder(path) if path.is_dir() else _list_file(file, path)
        except ImageError as error:
            yield Source(file, path, str(error))


def find_only_source(file: str) -> Source:
    """Return a file, or the only one of a folder or ZIP file.

    Raises:
        ImageError: the folder or ZIP file cannot be read.
        FormError: it holds several.
    """
    first, *others = list_sources([file])
    if first.error:
        raise ImageError(first.error)
    if others:
        raise FormError(
            f"Expected one sheet. Received: {file}, which holds {len(others) + 1:,} files; name one of them."
        )
    return first


def _list_folder(path: Path) -> Iterator[Source]:
    from digitnet.documents.archives import describe_others, list_folder

    files, found = list_folder(path)
    print_error(str(path), describe_others(found))
    for file in files:
        try:
            yield from _list_file(str(file), file)
        except ImageError as error:
            yield Source(str(file), file, str(error))


def _list_file(name: str, path: Path) -> Iterator[Source]:
    """Yield a file, or the members of a ZIP file."""
    from digitnet.documents.archives import describe_others, unpack

    content = _read_zip(path)
    if not content:
        yield Source(name, path)
        return
    unpacked = unpack(name, content)
    print_error(name, describe_others(unpacked))
    yield from (Source(member.name, member.content) for member in unpacked.members)


def _read_zip(path: Path) -> bytes:
    """Return the content of a ZIP file, b"" of another file."""
    from digitnet.documents.archives import MAX_UNPACKED_BYTES, is_zip

    if not path.is_file():
        return b""
    with explain_os_errors(f"The file {path.name!r} cannot be opened", ImageError), path.open("rb") as file:
        start = file.read(4)
        if not is_zip(start):
            return b""
        content = start + file.read(MAX_UNPACKED_BYTES + 1)
    if len(content) > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 2**20
        raise ImageError(f"The ZIP file has more than {limit} MB; unpack it, and name the folder.")
    return content
