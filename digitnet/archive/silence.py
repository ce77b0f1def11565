"""Tell what a store or a disk says of a file from its silence: then the file may still be fine."""

from __future__ import annotations

import errno
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from digitnet.archive.addresses import hide_secrets, is_web
from digitnet.errors import ArchiveError, DigitnetError, ImageError

NO_PARTS = "The server sends no parts of {address!r}; download the file and read it from the disk."
NO_SUCH_RANGE = 416
_SILENT = (
    "{address!r} cannot be reached ({reason}); check address, network and access, then run the same command again."
)
_SILENT_DISK = (
    "{root!r} cannot be reached on the machine {machine!r} ({reason}); connect the disk or the shared folder, then run "
    "the same command again."
)
_FILE_ERRORS = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
_PASSING_STATUSES = {401, 407, 408, 409, 421, 423, 425, 429}  # Of 400 and more: of the access, or of the time.
# Of S3. Keys that have expired or are wrong say nothing about a file.
_ACCESS_CODES = {"AccountProblem", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId", "InvalidSecurity"}
_ACCESS_CODES |= {"NotSignedUp", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
_LASTING_CODES = {"InvalidArgument", "InvalidBucketName", "InvalidRequest", "InvalidURI", "KeyTooLongError"}
_LASTING_CODES |= {"MethodNotAllowed"}
_ADDRESS_ERRORS = {"InvalidURL", "InvalidUrlClientError", "NonHttpUrlClientError", "ParamValidationError"}
# Of disks that were taken out, of file servers that are gone, and of a process that has too many files open.
_DISK_ERRORS: tuple[str, ...] = (
    "EIO",
    "ESTALE",
    "ENOTCONN",
    "ENODEV",
    "ENXIO",
    "ENOMEDIUM",
    "EREMOTEIO",
    "ETIMEDOUT",
    "ESHUTDOWN",
)
_DISK_ERRORS += ("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET")
_DISK_ERRORS += ("EAGAIN", "EBUSY", "EMFILE", "ENFILE", "ENOMEM")
_DISK_NUMBERS = {getattr(errno, name) for name in _DISK_ERRORS if hasattr(errno, name)}


class StoreError(ArchiveError):
    """A store or a disk does not answer; its files may still be fine.

    Attributes:
        reason: why, as a part of a sentence.
    """

    def __init__(self, message: str, reason: str = "the server does not answer") -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type[StoreError], tuple[str, str]]:
        return type(self), (str(self), self.reason)


def name_store(address: str) -> str:
    """Return what to call the store of an address: the host of a web server, or scheme and bucket."""
    parts = urlsplit(hide_secrets(address.rpartition("::")[2]))
    return parts.netloc if is_web(address) else f"{parts.scheme}://{parts.netloc}"


@contextmanager
def explain_silence(address: str) -> Iterator[None]:
    """Raise what a store raises as StoreError, but for missing files and those that may not be read (OSError)."""
    try:
        yield
    except DigitnetError:
        raise
    except Exception as raised:  # Each store raises errors of its own library.
        error = _find_cause(raised)
        code, status = _get_code(error), get_status(error)
        if isinstance(error, _FILE_ERRORS) and code not in _ACCESS_CODES:
            raise
        if _is_lasting(error, code, status):
            raise PermissionError(0, f"the server answers {code or status or type(error).__name__}") from error
        if is_without_parts(error):
            raise ImageError(NO_PARTS.format(address=hide_secrets(address))) from error
        reason = hide_secrets((str(error).strip() or type(error).__name__).splitlines()[0][:200])
        sentence = hide_secrets(_SILENT.format(address=address, reason=reason))
        raise StoreError(sentence, f"the server does not answer ({reason})") from error


@contextmanager
def explain_disk_silence(root: str) -> Iterator[None]:
    """Raise an OSError of a path as StoreError if it speaks of the disk, and not of the file.

    Args:
        root: the folder or file of the source; while it is missing, or is a folder with nothing in it, as one on which
            no disk is mounted, a missing file tells nothing. "" if nobody knows it.
    """
    try:
        yield
    except OSError as error:
        if silence := find_disk_silence(error, root):
            raise silence from error
        raise


def find_disk_silence(error: OSError, root: str) -> StoreError | None:
    """Return what to raise if an error speaks of the disk, None if of the file; `root` is as above."""
    if error.errno in _DISK_NUMBERS:
        reason = error.strerror or type(error).__name__
    elif isinstance(error, _FILE_ERRORS) and _is_gone(root):
        reason = "the folder is missing, or nothing is in it"
    else:
        return None
    place = root or str(error.filename)
    sentence = _SILENT_DISK.format(root=place, machine=platform.node(), reason=reason)
    return StoreError(sentence, f"the disk does not answer ({reason})")


def is_without_parts(error: Exception) -> bool:
    """Return whether an error says that a web server sends no parts of files."""
    return isinstance(error, ValueError) and "range requests" in str(error)


def get_status(error: BaseException) -> int | None:
    """Return the status of an answer of a web server or of S3, None if there was none."""
    response = getattr(error.__cause__, "response", None)
    if isinstance(response, dict):
        status: int | None = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status
    return getattr(error, "status", None)


def _is_gone(root: str) -> bool:
    if not root:
        return False
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None or not os.access(root, os.X_OK)
    except NotADirectoryError:
        return False
    except PermissionError:
        return not os.access(root, os.X_OK)
    except OSError:
        return True


def _find_cause(error: Exception) -> Exception:
    """Return what made the library of web servers say that a file is missing: it says so of a silent server, too."""
    cause = error.__cause__
    is_web_error = isinstance(cause, Exception) and type(cause).__module__.startswith("aiohttp")
    if isinstance(error, FileNotFoundError) and (is_web_error or isinstance(cause, (ConnectionError, TimeoutError))):
        assert isinstance(cause, Exception)
        return cause
    return error


def _is_lasting(error: Exception, code: str | None, status: int | None) -> bool:
    """Return whether a store will give this answer for this file each time."""
    if code is not None:
        return code in _LASTING_CODES
    if status is not None:
        return 400 <= status < 500 and status not in _PASSING_STATUSES
    return type(error).__name__ in _ADDRESS_ERRORS


def _get_code(error: BaseException) -> str | None:
    """Return the name of an error of S3, None if it is none."""
    response = getattr(error.__cause__, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else None
