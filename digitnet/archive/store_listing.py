"""List the files at an address of a store, a page of its answer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from digitnet.archive.addresses import hide_secrets, is_web
from digitnet.archive.items import Item
from digitnet.archive.patience import Patience
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.silence import explain_silence, name_store
from digitnet.archive.stores import open_store
from digitnet.archive.web_links import clean_link
from digitnet.errors import ArchiveError

_NO_FOLDER = "The folder cannot be listed."

T = TypeVar("T")


def list_store(source: str, patience: Patience) -> Iterator[Item]:
    """Yield each file at an address: it, all below it, or those of a pattern.

    A folder below it that cannot be listed is an item with an error.

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
        for found, error in _Finder(files, source, patience).find(path):
            name = _name(hide_secrets(found), hide_secrets(folder))
            yield Item(name.rstrip("/"), files.unstrip_protocol(found), error=error)
    except OSError as error:
        raise ArchiveError(f"There is no file at {hide_secrets(source)!r}, or it may not be read.") from error


class _Finder:
    """Finds the paths of files in a store, each with an error or "" (if it is a folder that cannot be listed)."""

    def __init__(self, files: Any, source: str, patience: Patience) -> None:
        self._files, self._source, self._patience = files, source, patience

    def find(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield the paths of the files of a pattern, of one file, or of all below a folder."""
        if is_pattern(path):
            yield from ((found, "") for found in self._ask(partial(self._files.glob, path)))
        elif "s3" in self._files.protocol:
            yield from ((found, "") for found in self._list_bucket(path))
        elif not self._source.endswith("/") and self._ask(partial(self._files.isfile, path)):
            yield path, ""
        else:
            yield from self._walk(path)

    def _ask(self, call: Callable[[], T]) -> T:
        def explain() -> T:
            with explain_silence(self._source):
                return call()

        return self._patience.ask(name_store(self._source), explain)

    def _list_bucket(self, path: str) -> Iterator[str]:
        """Yield the keys of a folder of S3, a thousand at a time, and the key that has its name.

        `find` would collect them; and the keys that begin as the folder does may be those of many others.
        """
        bucket, _, key = path.partition("/")
        folder = key.rstrip("/") + "/" if key else ""
        found = False
        for entry in self._list_keys(bucket, folder):
            if not entry.endswith("/"):
                found = True
                yield f"{bucket}/{entry}"
        if key and not key.endswith("/"):
            answer = self._ask(partial(self._files.call_s3, "list_objects_v2", Bucket=bucket, Prefix=key))
            if any(entry["Key"] == key for entry in answer.get("Contents", ())):  # Keys are sorted: it is the first.
                found = True
                yield path
        if not found:
            raise FileNotFoundError(path)

    def _list_keys(self, bucket: str, prefix: str) -> Iterator[str]:
        token: dict[str, str] = {}
        while True:
            page = partial(self._files.call_s3, "list_objects_v2", Bucket=bucket, Prefix=prefix, **token)
            answer = self._ask(page)
            yield from (entry["Key"] for entry in answer.get("Contents", ()))
            if not answer.get("IsTruncated"):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}

    def _walk(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield the files below a path; each folder is listed when its turn comes."""
        start = path if is_web(path) else ""
        folders, met = [path], {path.rstrip("/")}
        while folders:
            folder = folders.pop()
            try:
                entries = self._ask(partial(self._files.ls, folder, detail=True))
            except OSError:
                if folder == path:
                    raise
                yield folder, _NO_FOLDER
                continue
            for entry in entries:
                name = clean_link(entry["name"], start) if start else entry["name"]
                if entry["type"] != "directory":
                    if name:
                        yield name, ""
                elif name and name.rstrip("/") not in met:
                    met.add(name.rstrip("/"))
                    folders.append(name)


def _name(found: str, folder: str) -> str:
    """Return the path of a file below the folder that was listed, or its last part if that is the file itself."""
    folder = folder.rstrip("/") + "/"
    return found.removeprefix(folder) if found.startswith(folder) else found.rpartition("/")[2]
