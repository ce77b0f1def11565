"""Read digits from files into a preview, before any digit is stored."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.access.permissions import guarded
from digitnet.collection.exchange.array_files import (
    IDX_IMAGES_SIGNATURE,
    IDX_LABELS_SIGNATURE,
    MAX_DIGITS,
    MAX_FILE_BYTES,
    MAX_UNPACKED_BYTES,
    read_idx,
    read_npz,
    read_start,
)
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.image_folders import Files, SkippedFile, read_pictures
from digitnet.collection.exchange.row_folders import find_rows, read_rows
from digitnet.collection.exchange.tables import MAX_FILES
from digitnet.collection.samples import Sample, StoredDigit, compute_digest
from digitnet.collection.strings import StringSample
from digitnet.errors import CollectionError, explain_os_errors
from digitnet.files import open_file
from digitnet.labels import LABELS
from digitnet.zip_files import ZipFiles

__all__ = ["ImportPreview", "SkippedFile", "preview_files", "preview_paths", "to_npz", "to_zip"]

Found = Sample | StringSample | SkippedFile
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")  # The second is of an empty file.


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """Digits and rows of an import, not stored yet; `Collection.add(preview.samples, preview.strings)` stores them.

    Attributes:
        samples: the digits, each once.
        skipped: files without a digit or row, with reasons.
        strings: the rows of exports, each once.
    """

    samples: list[Sample]
    skipped: list[SkippedFile]
    strings: list[StringSample] = field(default_factory=list)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of digits of each label, int64 (11,)."""
        return np.bincount([sample.label for sample in self.samples], minlength=len(LABELS)).astype(np.int64)

    @property
    def reasons(self) -> dict[str, int]:
        """The number of skipped files by reason, the most frequent reason first."""
        return dict(Counter(file.reason for file in self.skipped).most_common())


@guarded("digits.import")
def preview_files(files: Mapping[str, bytes], writer: str = "") -> ImportPreview:
    """Read the digits of files that were uploaded together, without storing them.

    Accepted are zip files of pictures in folders named by label, or with a `labels.csv` of file, label and perhaps
    writer; .npz files of pictures and labels; pairs of idx files, gzipped or not; and exports of `to_zip` and
    `to_npz`, with their rows. Pictures of 28 x 28 in the style of MNIST stay unchanged; all others are normalized as
    in reading.

    Args:
        files: contents by name.
        writer: name of the writer if the files have none; exported digits keep theirs.

    Raises:
        CollectionError: a file is damaged, dangerous, or too large.
    """
    return _build_preview(_read_uploads(files), writer)


@guarded("digits.import")
def preview_paths(paths: Sequence[str | Path], writer: str = "") -> ImportPreview:
    """Read the digits of files and folders, as `preview_files` does.

    Raises:
        CollectionError: as `preview_files`, or a file cannot be read.
    """
    roots = [Path(path) for path in paths]
    folders = [_read_folder(_list_folder(root)) for root in roots if root.is_dir()]
    files = {str(root): _read_file(root) for root in roots if not root.is_dir()}
    return _build_preview(chain(*folders, _read_uploads(files)), writer)


def _build_preview(found: Iterable[Found], writer: str) -> ImportPreview:
    samples: list[Sample] = []
    strings: list[StringSample] = []
    skipped: list[SkippedFile] = []
    seen: dict[str, Found] = {}
    picture_bytes = 0
    for entry in found:
        if isinstance(entry, SkippedFile):
            skipped.append(entry)
        elif (first := seen.setdefault(_identify(entry), entry)) is not entry:
            skipped.append(SkippedFile(entry.file, _describe_duplicate(entry, first)))
        elif isinstance(entry, StringSample):
            strings.append(entry)
            picture_bytes += len(entry.picture)
        else:
            keeps_writer = entry.writer or isinstance(entry, StoredDigit)
            samples.append(entry if keeps_writer else replace(entry, writer=writer))
            picture_bytes += len(entry.crop)
        if max(len(samples) + len(skipped), len(strings)) > MAX_DIGITS:
            raise CollectionError(f"Expected at most {MAX_DIGITS:,} digits at once. Received: more.")
        if picture_bytes > MAX_UNPACKED_BYTES:
            limit = f"{MAX_UNPACKED_BYTES // 2**20} MB"
            raise CollectionError(f"Expected digits whose crops have at most {limit} at once. Received: more.")
    return ImportPreview(samples, skipped, strings)


def _identify(entry: Sample | StringSample) -> str:
    return f"row {entry.digest}" if isinstance(entry, StringSample) else compute_digest(entry.picture)


def _describe_duplicate(entry: Sample | StringSample, first: Found) -> str:
    if isinstance(entry, StringSample):
        return f"The row {entry.text[:40]!r} is there twice."
    return f"It is the same digit as {first.file!r}."


def _read_uploads(files: Files) -> Iterator[Found]:
    """Yield the digits of zip files and of the files beside them."""
    zipped = [name for name in files if not _is_npz(name) and files[name].startswith(_ZIP_SIGNATURES)]
    for name in zipped:
        archive = ZipFiles(files[name], MAX_UNPACKED_BYTES, MAX_FILES, CollectionError)
        yield from _read_folder(_LazyFiles(archive, partial(archive.read, max_bytes=MAX_FILE_BYTES)))
    yield from _read_folder({name: content for name, content in files.items() if name not in zipped})


def _read_folder(files: Files) -> Iterator[Found]:
    """Yield the digits of pictures, .npz and idx files of one folder, and its rows."""
    arrays, idx = ([path for path in files if kind(path)] for kind in (_is_npz, _is_idx))
    for path in arrays:
        yield from read_npz(files[path], Path(path).name)
    for images, labels in _pair_idx_files({path: read_start(files[path], 4) for path in sorted(idx)}):
        yield from read_idx(files[images], files[labels], _get_file_name(images))
    rest = [path for path in files if path not in {*arrays, *idx}]
    others = _LazyFiles(rest, files.__getitem__)
    rows = find_rows(others)
    yield from read_rows(rows, others)
    yield from read_pictures(others, rows.paths)


def _is_npz(path: str) -> bool:
    return path.lower().endswith(".npz")


def _is_idx(path: str) -> bool:
    return bool(re.search(r"idx[13]|-ubyte|\.idx|\.gz$", path.lower()))


def _pair_idx_files(signatures: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return the paths of idx files of pictures, each with that of the labels file that sorts alike.

    Args:
        signatures: the first four bytes of each file by path, sorted.
    """
    images = [path for path, signature in signatures.items() if signature == IDX_IMAGES_SIGNATURE]
    labels = [path for path, signature in signatures.items() if signature == IDX_LABELS_SIGNATURE]
    if len(images) != len(labels) or len(images) + len(labels) < len(signatures):
        received = ", ".join(sorted(map(_get_file_name, signatures)))[:120]
        raise CollectionError(f"Expected idx files in pairs, of pictures and of labels. Received: {received}.")
    return list(zip(images, labels, strict=True))


def _get_file_name(path: str) -> str:
    return Path(path).name


class _LazyFiles(Files):
    """Files by path that are read on access."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._paths, self._read = dict.fromkeys(paths), read

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return self._read(path)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _list_folder(root: Path) -> Files:
    """List the files of a folder and its subfolders, without links and hidden files."""
    paths: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
        paths += [file.relative_to(root).as_posix() for file in files if not file.is_symlink()]
        if len(paths) > MAX_FILES:
            raise CollectionError(f"Expected a folder of at most {MAX_FILES:,} files. Received: more.")
    return _LazyFiles(paths, lambda path: _read_file(root / path))


def _read_file(path: Path) -> bytes:
    with explain_os_errors(f"The file {str(path)!r} cannot be read", CollectionError), open_file(path) as file:
        content = file.read(MAX_UNPACKED_BYTES + 1)
    if len(content) > MAX_UNPACKED_BYTES:
        raise CollectionError(
            f"Expected {path.name!r} to have at most {MAX_UNPACKED_BYTES // 2**20} MB. Received: more."
        )
    return content
