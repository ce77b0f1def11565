"""Refuse uploads beyond the quotas, and give back what closed sessions have uploaded.

Streamlit keeps the state and the uploads of a closed session until other sessions come, however long that takes.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from digitnet.access.quotas import get_quotas
from digitnet.server.sessions import sessions

_PATH = "/_stcore/upload_file/"
_SWEEP_SECONDS = 5.0
_RECONNECT_SECONDS = 100.0  # A tab that lost its connection goes on with its session; Streamlit's limit is 120.
_MEGABYTE = 1_000_000
_TOO_MUCH = "These files are more than the {limit} that a tab may hold at a time; remove some, then add the others."
_FULL = "The server holds too many files of all its users; try again in a minute."


class _Runtime(Protocol):
    """The parts of Streamlit's runtime that are used here."""

    @property
    def uploaded_file_mgr(self) -> Any: ...
    def is_active_session(self, session_id: str) -> bool: ...
    def close_session(self, session_id: str) -> None: ...
    def get_app_session(self, session_id: str) -> Any: ...


class UploadGuard:
    """Middleware that counts uploads, and closes sessions whose browser is gone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._incoming: Counter[str] = Counter()  # Bytes that are being sent, by session.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413 or 503 with a sentence; sweep as long as the server runs."""
        if scope["type"] == "lifespan":
            sweep = asyncio.create_task(_sweep_forever())
            try:
                await self._app(scope, receive, send)
            finally:
                sweep.cancel()
        elif scope["type"] == "http" and scope["method"] == "PUT" and _PATH in scope["path"] and runtime.exists():
            await self._upload(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope["path"].partition(_PATH)[2].partition("/")[0]
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await PlainTextResponse("The length of the file is missing.", 411)(scope, receive, send)
            return
        size, streamlit = int(length), runtime.get_instance()
        if streamlit.is_active_session(session):  # Another one is refused by Streamlit.
            sessions.meet(session)
            if refusal := self._find_refusal(streamlit, session, size):
                sessions.tell(session, refusal)
                if tab := streamlit.get_app_session(session):
                    # The page shows the sentence; Streamlit's uploader would not. Without a state the first page runs.
                    tab.request_rerun(tab._client_state)
                await PlainTextResponse(refusal, 503 if refusal == _FULL else 413)(scope, receive, send)
                return
        self._incoming[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._incoming[session] -= size
            if self._incoming[session] <= 0:
                del self._incoming[session]

    def _find_refusal(self, streamlit: _Runtime, session: str, size: int) -> str:
        """Return why so many bytes more may not be uploaded, "" if they may."""
        quotas, stored = get_quotas(), streamlit.uploaded_file_mgr.file_storage
        if not sessions.is_owner(session):
            files = stored.get(session, {})
            if len(files) >= quotas.upload_files:
                return _TOO_MUCH.format(limit=f"{quotas.upload_files:,} files")
            if _measure(files) + self._incoming[session] + size > quotas.upload_megabytes * _MEGABYTE:
                return _TOO_MUCH.format(limit=f"{quotas.upload_megabytes:,.0f} MB")
        room = quotas.all_upload_megabytes * _MEGABYTE - size - self._incoming.total()
        if _measure_all(stored) > room:
            sessions.shrink()
            for closed in sessions.list_closed(streamlit.is_active_session):
                give_back(streamlit, closed)
                if _measure_all(stored) <= room:
                    break
        return _FULL if _measure_all(stored) > room else ""


def sweep(streamlit: _Runtime) -> None:
    """Give back what sessions hold that were closed for longer than a tab needs to connect again."""
    quotas = get_quotas()
    seconds = min(_RECONNECT_SECONDS, 60 * quotas.keep_minutes)
    closed = sessions.list_closed(streamlit.is_active_session, seconds)
    for session in closed:
        give_back(streamlit, session)
    if closed:
        _trim_memory()


def give_back(streamlit: _Runtime, session: str) -> None:
    """Close a session for good, and forget its uploads."""
    streamlit.close_session(session)
    streamlit.uploaded_file_mgr.remove_session_files(session)
    sessions.forget(session)


async def _sweep_forever() -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        if runtime.exists():
            sweep(runtime.get_instance())


def _measure(files: Mapping[str, Any]) -> int:
    return sum(len(file.data) for file in list(files.values()))


def _measure_all(stored: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(_measure(files) for files in list(stored.values()))


def _trim_memory() -> None:
    """Have the C library give memory that is free back to the system, where it is glibc."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
