"""Read files by their paths, and by addresses of stores such as s3://, gs:// and https:// (with fsspec)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from digitnet.archive.addresses import hide_secrets, is_remote
from digitnet.errors import ArchiveError, DigitnetError, ImageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_NO_PARTS = "The server sends no parts of {address!r}; download the file and read it from the disk."
_SILENT = (
    "{address!r} cannot be reached ({reason}); check address, network and access, then run the same command again."
)

_FILE_ERRORS = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
_NO_SUCH_RANGE = 416
_PASSING_STATUSES = {401, 407, 408, 409, 421, 423, 425, 429}  # Of 400 and more: of the access, or of the time.
# Of S3. Keys that have expired or are wrong say nothing about a file.
_ACCESS_CODES = {"AccountProblem", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId", "InvalidSecurity"}
_ACCESS_CODES |= {"NotSignedUp", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
_LASTING_CODES = {"InvalidArgument", "InvalidBucketName", "InvalidRequest", "InvalidURI", "KeyTooLongError"}
_LASTING_CODES |= {"MethodNotAllowed"}
_ADDRESS_ERRORS = {"InvalidURL", "InvalidUrlClientError", "NonHttpUrlClientError", "ParamValidationError"}


class StoreError(ArchiveError):
    """A store does not answer; its files may still be fine."""


def open_store(address: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address, and its path there; raises ArchiveError if nobody knows such addresses."""
    from fsspec.core import url_to_fs

    try:
        files, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ArchiveError(hide_secrets(f"Files at {address!r} cannot be read: {error}.")) from error
    return files, str(path)


@contextmanager
def open_binary(address: str) -> Iterator[IO[bytes]]:
    """Open a file at a path or address to read it anywhere.

    Raises:
        OSError: the file is missing or may not be read.
        StoreError: the store does not answer.
    """
    if not is_remote(address):
        with open(address, "rb") as file:
            yield file
        return
    files, path = open_store(address)
    with explain_silence(address), files.open(path, "rb") as file:
        yield cast("IO[bytes]", file)


def read_range(address: str, start: int, count: int) -> bytes:
    """Return up to `count` bytes of a file from `start` on.

    Raises:
        ImageError: the file is missing or may not be read.
        StoreError: the store does not answer.
    """
    if not count:
        return b""
    try:
        if not is_remote(address):
            with open(address, "rb") as file:
                file.seek(start)
                return file.read(count)
        files, path = open_store(address)
        with explain_silence(address):
            content = _fetch(files, path, start, start + count)
    except OSError as error:
        raise ImageError(f"The file cannot be opened: {error.strerror or 'it does not exist'}.") from error
    if len(content) > count and start:
        raise ImageError(_NO_PARTS.format(address=hide_secrets(address)))
    return content[:count]


def _fetch(files: AbstractFileSystem, path: str, start: int, end: int) -> bytes:
    """Return the bytes of a file from `start` to `end`, none if it has none there, as an empty file of S3."""
    try:
        return cast("bytes", files.cat_file(path, start=start, end=end))
    except Exception as error:  # Each store raises errors of its own library.
        if _get_status(error) == _NO_SUCH_RANGE:
            return b""
        raise


@contextmanager
def explain_silence(address: str) -> Iterator[None]:
    """Raise what a store raises as StoreError, but for missing files and those that may not be read (OSError)."""
    try:
        yield
    except DigitnetError:
        raise
    except Exception as error:  # Each store raises errors of its own library.
        code, status = _get_code(error), _get_status(error)
        if isinstance(error, _FILE_ERRORS) and code not in _ACCESS_CODES:
            raise
        if _is_lasting(error, code, status):
            raise PermissionError(0, f"the server answers {code or status or type(error).__name__}") from error
        if is_without_parts(error):
            raise ImageError(_NO_PARTS.format(address=hide_secrets(address))) from error
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise StoreError(hide_secrets(_SILENT.format(address=address, reason=reason))) from error


def is_without_parts(error: Exception) -> bool:
    """Return whether an error says that a web server sends no parts of files."""
    return isinstance(error, ValueError) and "range requests" in str(error)


def _is_lasting(error: Exception, code: str | None, status: int | None) -> bool:
    """Return whether a store will give this answer for this file each time."""
    if code is not None:
        return code in _LASTING_CODES
    if status is not None:
        return 400 <= status < 500 and status not in _PASSING_STATUSES
    return type(error).__name__ in _ADDRESS_ERRORS


def _get_status(error: BaseException) -> int | None:
    """Return the status of an answer of a web server or of S3, None if there was none."""
    response = getattr(error.__cause__, "response", None)
    if isinstance(response, dict):
        status: int | None = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status
    return getattr(error, "status", None)


def _get_code(error: BaseException) -> str | None:
    """Return the name of an error of S3, None if it is none."""
    response = getattr(error.__cause__, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else None
