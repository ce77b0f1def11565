"""Digits from elsewhere: what files hold is shown first, before any of it is kept."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.collection.exchange.array_files import (
    IDX_LABELS,
    IMAGES,
    MOST_DIGITS,
    MOST_UNPACKED,
    decompress,
    read_idx,
    read_npz,
)
from digitnet.collection.exchange.exporting import MOST_FILES, to_npz, to_zip
from digitnet.collection.exchange.image_folders import Files, SkippedFile, read_pictures
from digitnet.collection.samples import Sample, StoredDigit, compute_digest
from digitnet.errors import CollectionError
from digitnet.labels import LABELS
from digitnet.zip_files import read_zip

__all__ = ["ImportPreview", "SkippedFile", "preview_files", "preview_paths", "to_npz", "to_zip"]

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is empty


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What an import would bring: nothing is kept yet; `Collection.add(preview.samples)` keeps it.

    Attributes:
        samples: the digits that were understood, each once.
        skipped: the files that give no digit, and why.
    """

    samples: list[Sample]
    skipped: list[SkippedFile]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many digits of each label there are, int64 (11,)."""
        return np.bincount([sample.label for sample in self.samples], minlength=len(LABELS)).astype(np.int64)

    @property
    def reasons(self) -> dict[str, int]:
        """How many were left out for each reason, the most frequent first."""
        return dict(Counter(left.reason for left in self.skipped).most_common())


def preview_files(files: Mapping[str, bytes], writer: str = "") -> ImportPreview:
    """Return what files bring that were uploaded together, without keeping it.

    Understood are zip files of pictures in folders named by label, or with a `labels.csv` of file, label and, if
    known, writer; .npz files of pictures and labels; pairs of idx files, gzipped or not; and what `to_zip` and
    `to_npz` made. Pictures that stand in 28 x 28 as MNIST's do stay as they are; all others are read like any.

    Args:
        files: the contents by name.
        writer: whose hand it is, where the files do not say; what was exported here stays as it is.

    Raises:
        CollectionError: a file is damaged, dangerous, or too large.
    """
    return _preview(_found(files), writer)


def preview_paths(paths: Sequence[str | Path], writer: str = "") -> ImportPreview:
    """Return what files and folders bring, as `preview_files` does.

    Raises:
        CollectionError: as `preview_files`, or one cannot be read.
    """
    places = [Path(path) for path in paths]
    folders = [_found_in(_folder(place)) for place in places if place.is_dir()]
    files = {str(place): _content(place) for place in places if not place.is_dir()}
    return _preview(chain(*folders, _found(files)), writer)


def _preview(found: Iterable[Sample | SkippedFile], writer: str) -> ImportPreview:
    samples: list[Sample] = []
    skipped: list[SkippedFile] = []
    seen: dict[str, Sample] = {}
    for each in found:
        if isinstance(each, SkippedFile):
            skipped.append(each)
        elif (first := seen.setdefault(compute_digest(each.picture), each)) is not each:
            skipped.append(SkippedFile(each.file, f"It is the same digit as {first.file!r}."))
        else:
            named = each.writer or isinstance(each, StoredDigit)
            samples.append(each if named else replace(each, writer=writer))
        if len(samples) + len(skipped) > MOST_DIGITS:
            raise CollectionError(f"Expected at most {MOST_DIGITS:,} digits at once. Received: more.")
    return ImportPreview(samples, skipped)


def _found(files: Files) -> Iterator[Sample | SkippedFile]:
    """Give what zip files hold, and what stands beside them."""
    zipped = [name for name in files if not _is_npz(name) and files[name].startswith(_ZIPS)]
    for name in zipped:
        yield from _found_in(read_zip(files[name], MOST_UNPACKED, MOST_FILES, CollectionError))
    yield from _found_in({name: content for name, content in files.items() if name not in zipped})


def _found_in(files: Files) -> Iterator[Sample | SkippedFile]:
    """Give what pictures, .npz and idx files hold that lie beside each other."""
    arrays, idx = ([path for path in files if kind(path)] for kind in (_is_npz, _is_idx))
    for path in arrays:
        yield from read_npz(files[path], Path(path).name)
    for images, labels, name in _pairs({path: decompress(files[path]) for path in sorted(idx)}):
        yield from read_idx(images, labels, name)
    rest = [path for path in files if path not in {*arrays, *idx}]
    yield from read_pictures(_Lazy(rest, files.__getitem__))


def _is_npz(path: str) -> bool:
    return path.lower().endswith(".npz")


def _is_idx(path: str) -> bool:
    return bool(re.search(r"idx[13]|-ubyte|\.idx|\.gz$", path.lower()))


def _pairs(files: Files) -> list[tuple[bytes, bytes, str]]:
    """Return the idx files of pictures, each with that of its labels, whose name is alike, and its own name."""
    images = {path: content for path, content in files.items() if content.startswith(IMAGES)}
    labels = {path: content for path, content in files.items() if content.startswith(IDX_LABELS)}
    if len(images) != len(labels) or len(images) + len(labels) < len(files):
        received = ", ".join(sorted(map(_base, files)))[:120]
        raise CollectionError(f"Expected idx files in pairs, of pictures and of labels. Received: {received}.")
    return list(zip(images.values(), labels.values(), map(_base, images), strict=True))


def _base(path: str) -> str:
    return Path(path).name


class _Lazy(Files):
    """Files that are read when they are asked for."""

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


def _folder(root: Path) -> Files:
    """Return the files of a folder and of those in it; links are left alone."""
    paths: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        places = [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
        paths += [place.relative_to(root).as_posix() for place in places if not place.is_symlink()]
        if len(paths) > MOST_FILES:
            raise CollectionError(f"Expected a folder of at most {MOST_FILES:,} files. Received: more.")
    return _Lazy(paths, lambda path: _content(root / path))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_UNPACKED + 1)
    except OSError as error:
        raise CollectionError(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error
    if len(content) > MOST_UNPACKED:
        raise CollectionError(f"Expected {path.name!r} to have at most {MOST_UNPACKED // 2**20} MB. Received: more.")
    return content
