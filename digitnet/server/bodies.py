"""Read the files of a request, and never more of them than may be read.

A file is the whole body, or a part of a form (multipart/form-data).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from digitnet.access.callers import get_caller
from digitnet.access.roles import Role
from digitnet.access.spending import find_key
from digitnet.errors import QuotaError
from digitnet.server.api_settings import get_api_settings
from digitnet.server.refusals import GONE, FullServerError, RequestError

_BODY_SECONDS = 60
_MAX_BYTES_HELD = 400 * 2**20  # Of all requests that are being received or answered.
_SHARE = 0.5  # Of them that one key or address may have held.
_TOO_MANY = "At most {most} requests of yours are answered at a time; send the next when one of them is done."
_TOO_MUCH = "At most {limit:,.0f} MB of yours are taken in at a time; send the next when a request is done."
_FORM = "multipart/form-data"
_KINDS = ("image/", "application/pdf", "application/octet-stream")
_NO_FILE = "Send a picture or PDF as the body, or in a form (multipart/form-data)."
_FORM_BYTES = 2**16  # Of a form, besides its files.
_ONE_FILE = "Expected one file. Received: {count}; send several to /api/read-batch."
_WRONG_KIND = f"{_NO_FILE} Say so in the header Content-Type, as image/png or application/octet-stream."
_TOO_LARGE = "The request has over {limit:,} MB; send fewer or smaller files."

_requests: Counter[str] = Counter()  # Those that are being received or answered, by key or address; "" for owners.
_held: Counter[str] = Counter()  # Their bytes.


class SentFile(NamedTuple):
    """A file of a request."""

    name: str
    content: bytes


@contextmanager
def receiving(request: Request, max_bytes: int) -> Iterator[Request]:
    """Yield a request whose body ends with an error where it is too large.

    From its first byte to the end of the block it counts as a request of the caller, and its bytes as held.

    Raises:
        RequestError: the size that it declares is too large.
        QuotaError: too many requests of the caller are being received or answered.
    """
    caller = get_caller()
    key = "" if caller.role >= Role.OWNER else find_key(caller)
    received, limit = 0, max_bytes + _FORM_BYTES * _has_form(request)
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise _refuse_size(max_bytes)
    most, share = get_api_settings().requests_at_once, max(limit, _SHARE * _MAX_BYTES_HELD)
    if key and _requests[key] >= most:
        raise QuotaError(_TOO_MANY.format(most=most), 1.0)

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        size = len(message.get("body", b""))
        received += size
        _held[key] += size
        if received > limit:
            raise _refuse_size(max_bytes)
        if key and _held[key] > share:
            raise QuotaError(_TOO_MUCH.format(limit=share / 2**20), 1.0)
        if _held.total() > _MAX_BYTES_HELD:
            raise FullServerError("Too much is being sent to this server right now; try again in a minute.")
        return message

    _requests[key] += 1
    try:
        yield Request(request.scope, receive)
    finally:
        for counter, count in ((_requests, 1), (_held, received)):
            counter[key] -= count
            if not counter[key]:
                del counter[key]  # Addresses are many.


async def read_one_file(request: Request) -> SentFile:
    """Return the only file of a request.

    Raises:
        RequestError: there is none, or more than one, or it is too large, too slow, or said to be no picture.
    """
    if not _has_form(request):
        kind = request.headers.get("content-type", _KINDS[-1]).lower()
        if not kind.startswith(_KINDS):
            raise RequestError(_WRONG_KIND, 415)
        return SentFile("", await _read_body(request))
    files = await read_files(request)
    if len(files) > 1:
        raise RequestError(_ONE_FILE.format(count=len(files)), 400)
    return files[0]


async def read_files(request: Request) -> list[SentFile]:
    """Return the files of a request's form, at least one; raises RequestError as `read_one_file` does."""
    if not _has_form(request):
        raise RequestError(f"Send the files in a form ({_FORM}).", 415)
    most = get_api_settings().files_at_once
    try:
        async with asyncio.timeout(_BODY_SECONDS), request.form(max_files=most, max_fields=10) as form:
            parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            files = [SentFile(part.filename or "", await part.read()) for part in parts]
    except (MultiPartException, HTTPException, UnicodeDecodeError) as error:
        raise RequestError(f"The form is damaged, or has more than {most} files; send fewer.", 400) from error
    except (TimeoutError, ClientDisconnect) as error:
        raise _explain_end(error) from error
    if not files:
        raise RequestError(_NO_FILE, 400)
    return files


async def _read_body(request: Request) -> bytes:
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            content = await request.body()
    except (TimeoutError, ClientDisconnect) as error:
        raise _explain_end(error) from error
    if not content:
        raise RequestError(_NO_FILE, 400)
    return content


def _has_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith(_FORM)


def _explain_end(error: Exception) -> RequestError:
    if isinstance(error, TimeoutError):
        return RequestError("The files took too long to arrive; send fewer or smaller ones.", 408)
    return RequestError("The client has left.", GONE)


def _refuse_size(max_bytes: int) -> RequestError:
    return RequestError(_TOO_LARGE.format(limit=max_bytes // 2**20), 413)
