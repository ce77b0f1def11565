"""Answer what numbers are on sent pictures."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitnet.access.callers import get_caller
from digitnet.access.rates import Rate
from digitnet.access.roles import Role
from digitnet.access.spending import describe_wait, find_key
from digitnet.errors import DigitnetError, ImageError, QuotaError
from digitnet.preprocessing.images import MAX_BYTES
from digitnet.reading.entries import ReadOptions
from digitnet.reading.export import error_to_dict
from digitnet.server import figures
from digitnet.server.api_settings import ApiSettings, get_api_settings
from digitnet.server.bodies import SentFile, read_files, read_one_file, receiving
from digitnet.server.parameters import parse_query
from digitnet.server.whole_files import read_whole_file
from digitnet.server.work import run_while_connected
from digitnet.workers.turns import FullError

FILE_NAME = "file"  # The parameter that names a file which is a whole body.
_MINUTE = 60.0

_rates: dict[ApiSettings, Rate] = {}


async def answer_read(request: Request) -> Response:
    """Answer the entries of one file, one for each page."""
    options = parse_query(request.query_params, (FILE_NAME,))
    with receiving(request, MAX_BYTES) as limited:
        sent = await read_one_file(limited)
        file = SentFile(request.query_params.get(FILE_NAME) or sent.name, sent.content)
        _spend(1)
        entries = await run_while_connected(limited, partial(_read, file, options), get_api_settings().seconds)
    return JSONResponse({"readings": entries})


async def answer_read_batch(request: Request) -> Response:
    """Answer the entries of several files; one that cannot be read is an entry with an error."""
    options, settings = parse_query(request.query_params), get_api_settings()
    with receiving(request, settings.megabytes_at_once * 2**20) as limited:
        files = await read_files(limited)
        _spend(len(files))
        work = partial(_read_all, files, options)
        entries = await run_while_connected(limited, work, settings.seconds)
    return JSONResponse({"readings": [entry for of_file in entries for entry in of_file]})


async def _read(file: SentFile, options: ReadOptions) -> list[dict[str, Any]]:
    entries = await read_whole_file(file.content, file.name, options)
    figures.count_readings(entries)
    return entries


async def _read_all(files: list[SentFile], options: ReadOptions) -> list[list[dict[str, Any]]]:
    """Read files side by side, as many at a time as there are processors."""
    entries: list[list[dict[str, Any]]] = [[] for _ in files]
    at_once = anyio.Semaphore(os.cpu_count() or 1)

    async def read(place: int, file: SentFile) -> None:
        async with at_once:
            try:
                entries[place] = await _read(file, options)
            except ImageError as error:
                if isinstance(error.__cause__, FullError):
                    raise
                entries[place] = [error_to_dict(file.name, str(error))]

    errors: list[DigitnetError] = []
    try:
        async with anyio.create_task_group() as group:
            for place, file in enumerate(files):
                group.start_soon(read, place, file)
    except* DigitnetError as several:
        errors += [error for error in several.exceptions if isinstance(error, DigitnetError)]
    if errors:
        raise errors[0]
    return entries


def _spend(files: int) -> None:
    """Count files that the caller has read; raises QuotaError if those were too many."""
    caller, settings = get_caller(), get_api_settings()
    if caller.role >= Role.OWNER:
        return
    rate = _rates.setdefault(settings, Rate(settings.files_per_minute, _MINUTE))
    if wait := rate.spend(find_key(caller), files):
        raise QuotaError(f"Too many files were sent within a minute; send these {describe_wait(wait)}.", wait)
