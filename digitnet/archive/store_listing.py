"""List the files at an address of a store, a page of its answer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.stores import explain_silence, open_store
from digitnet.errors import ArchiveError


def list_store(source: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each file at an address: of it, of all below it, or of those of a pattern.

    Raises:
        ArchiveError: there is no such file.
        StoreError: the store does not answer.
    """
    files, path = open_store(source)
    try:
        with explain_silence(source):
            folder = split_pattern(path)[0] if is_pattern(path) else path
            for found in _find(files, path, source):
                yield _name(hide_secrets(found), hide_secrets(folder)), files.unstrip_protocol(found)
    except OSError as error:
        raise ArchiveError(f"There is no file at {hide_secrets(source)!r}, or it may not be read.") from error


def _find(files: Any, path: str, source: str) -> Iterator[str]:
    if is_pattern(path):
        yield from files.glob(path)
    elif "s3" in files.protocol:
        yield from _list_bucket(files, path)
    elif not source.endswith("/") and files.isfile(path):
        yield path
    else:
        yield from _walk(files, path)


def _list_bucket(files: Any, path: str) -> Iterator[str]:
    """Yield the keys below a path of S3, a thousand at a time, which `find` would collect."""
    bucket, _, key = path.partition("/")
    token: dict[str, str] = {}
    found = False
    while True:
        answer = files.call_s3("list_objects_v2", Bucket=bucket, Prefix=key, **token)
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


def _walk(files: Any, path: str) -> Iterator[str]:
    """Yield the files below a path; each folder is listed when its turn comes."""
    folders = [path]
    while folders:
        for entry in files.ls(folders.pop(), detail=True):
            if entry["type"] == "directory":
                folders.append(entry["name"])
            elif "?" not in entry["name"]:  # Pages of web servers have links that sort them.
                yield entry["name"]


def _name(found: str, folder: str) -> str:
    """Return the path of a file below the folder that was listed, or its last part if that is the file itself."""
    folder = folder.rstrip("/") + "/"
    return found.removeprefix(folder) if found.startswith(folder) else found.rpartition("/")[2]
