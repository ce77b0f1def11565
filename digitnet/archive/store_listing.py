"""List the files at an address of a store, a page of its answer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.patience import Patience
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.silence import explain_silence, name_store
from digitnet.archive.stores import open_store
from digitnet.errors import ArchiveError

T = TypeVar("T")


def list_store(source: str, patience: Patience) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each file at an address: of it, of all below it, or of those of a pattern.

    Args:
        source: the address.
        patience: asks the store, for each page of its answer.

    Raises:
        ArchiveError: there is no such file.
        StoreError: the store does not answer.
    """
    files, path = open_store(source)
    folder = split_pattern(path)[0] if is_pattern(path) else path
    try:
        for found in _Finder(files, source, patience).find(path):
            yield _name(hide_secrets(found), hide_secrets(folder)), files.unstrip_protocol(found)
    except OSError as error:
        raise ArchiveError(f"There is no file at {hide_secrets(source)!r}, or it may not be read.") from error


class _Finder:
    """Finds the paths of files in a store."""

    def __init__(self, files: Any, source: str, patience: Patience) -> None:
        self._files, self._source, self._patience = files, source, patience

    def find(self, path: str) -> Iterator[str]:
        """Yield the paths of the files of a pattern, of one file, or of all below a folder."""
        if is_pattern(path):
            yield from self._ask(partial(self._files.glob, path))
        elif "s3" in self._files.protocol:
            yield from self._list_bucket(path)
        elif not self._source.endswith("/") and self._ask(partial(self._files.isfile, path)):
            yield path
        else:
            yield from self._walk(path)

    def _ask(self, call: Callable[[], T]) -> T:
        def explain() -> T:
            with explain_silence(self._source):
                return call()

        return self._patience.ask(name_store(self._source), explain)

    def _list_bucket(self, path: str) -> Iterator[str]:
        """Yield the keys below a path of S3, a thousand at a time, which `find` would collect."""
        bucket, _, key = path.partition("/")
        token: dict[str, str] = {}
        found = False
        while True:
            page = partial(self._files.call_s3, "list_objects_v2", Bucket=bucket, Prefix=key, **token)
            answer = self._ask(page)
            for entry in answer.get("Contents", ()):
                rest = entry["Key"].removeprefix(key)
                if not rest.endswith("/") and (not key or not rest or key.endswith("/") or rest.startswith("/")):
                    found = True
                    yield f"{bucket}/{entry['Key']}"
            if not answer.get("IsTruncated"):
                break
            token = {"ContinuationToken": answer["NextContinuationToken"]}
        if not found:
            raise FileNotFoundError(path)

    def _walk(self, path: str) -> Iterator[str]:
        """Yield the files below a path; each folder is listed when its turn comes."""
        folders = [path]
        while folders:
            for entry in self._ask(partial(self._files.ls, folders.pop(), detail=True)):
                if entry["type"] == "directory":
                    folders.append(entry["name"])
                elif "?" not in entry["name"]:  # Pages of web servers have links that sort them.
                    yield entry["name"]


def _name(found: str, folder: str) -> str:
    """Return the path of a file below the folder that was listed, or its last part if that is the file itself."""
    folder = folder.rstrip("/") + "/"
    return found.removeprefix(folder) if found.startswith(folder) else found.rpartition("/")[2]
