"""Refuse uploads beyond the quotas, and give back what closed sessions have uploaded.

Streamlit keeps the state and the uploads of a closed session until other sessions come, however long that takes.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections import Counter
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from digitnet.access.callers import Caller, acting_as
from digitnet.access.permissions import require
from digitnet.access.quotas import get_quotas
from digitnet.access.roles import Role
from digitnet.errors import AccessError
from digitnet.server.sessions import sessions
from digitnet.server.visitors import find_tab_caller

_PATH = "/_stcore/upload_file/"
_SWEEP_SECONDS = 5.0
_RECONNECT_SECONDS = 100.0  # A tab that lost its connection goes on with its session; Streamlit's limit is 120.
_MEGABYTE = 1_000_000
_PAUSE_SECONDS = 30.0  # In which some bytes of an upload have to come.
_BYTES_PER_SECOND = 50_000  # At which an upload has to come in all: 13 minutes for 40 MB.
_TOO_MUCH = "These files are more than the {limit} that a tab may hold at a time; remove some, then add the others."
_SHARE = 0.5  # Of the memory for all files that the tabs of one account or address may hold.
_TOO_MUCH_FROM_HERE = "Your tabs, or those of your address, may hold {limit} together; remove files or close a tab."
_TOO_SLOW = "The file took too long to arrive; send it again over a better connection, or a smaller one."
_FULL = "The server holds too many files of all its users; try again in a minute."


class _Refusal(NamedTuple):
    """Why an upload is refused, and the status of the answer."""

    sentence: str
    status: int


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
        """Pass a request on, or answer 403, 413 or 503 with a sentence; sweep as long as the server runs."""
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
        if caller := find_tab_caller(session):  # A session without a browser is refused by Streamlit.
            sessions.meet(session, caller)
            if refusal := self._find_refusal(streamlit, session, caller, size):
                sessions.tell(session, refusal.sentence)
                if tab := streamlit.get_app_session(session):
                    # The page shows the sentence; Streamlit's uploader would not. Without a state the first page runs.
                    tab.request_rerun(tab._client_state)
                await PlainTextResponse(refusal.sentence, refusal.status)(scope, receive, send)
                return
        self._incoming[session] += size
        try:
            await self._receive(scope, receive, send, size)
        finally:
            self._incoming[session] -= size
            if self._incoming[session] <= 0:
                del self._incoming[session]

    async def _receive(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        """Pass an upload on, or answer 408 where its bytes take too long: they hold room that others may want."""
        now = asyncio.get_running_loop().time
        end, has_begun = now() + _PAUSE_SECONDS + size / _BYTES_PER_SECOND, False

        async def receive_in_time() -> Message:
            message = await receive()
            limit.reschedule(min(end, now() + _PAUSE_SECONDS) if message.get("more_body") else None)
            return message

        async def note_and_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            async with asyncio.timeout(_PAUSE_SECONDS) as limit:
                await self._app(scope, receive_in_time, note_and_send)
        except TimeoutError:
            if has_begun or not limit.expired():
                raise
            await PlainTextResponse(_TOO_SLOW, 408, headers={"Connection": "close"})(scope, receive, send)

    def _find_refusal(self, streamlit: _Runtime, session: str, caller: Caller, size: int) -> _Refusal | None:
        """Return why so many bytes more may not be uploaded, None if they may."""
        try:
            with acting_as(caller):
                require("files.upload")
        except AccessError as error:
            return _Refusal(str(error), 403)
        quotas, all_bytes = get_quotas(), get_quotas().all_upload_megabytes * _MEGABYTE
        if caller.role < Role.OWNER:
            files = _list_files(streamlit).get(session, {})
            if len(files) >= quotas.upload_files:
                return _Refusal(_TOO_MUCH.format(limit=f"{quotas.upload_files:,} files"), 413)
            if sum(files.values()) + self._incoming[session] + size > quotas.upload_megabytes * _MEGABYTE:
                return _Refusal(_TOO_MUCH.format(limit=f"{quotas.upload_megabytes:,.0f} MB"), 413)
            share = _SHARE * all_bytes
            if not self._make_room(streamlit, share - size, sessions.find_key(session)):
                return _Refusal(_TOO_MUCH_FROM_HERE.format(limit=f"{share / _MEGABYTE:,.0f} MB"), 413)
        return None if self._make_room(streamlit, all_bytes - size) else _Refusal(_FULL, 503)

    def _make_room(self, streamlit: _Runtime, most: float, key: str | None = None) -> bool:
        """Return whether no more bytes are held, after closed sessions have been given back where there were more.

        Args:
            streamlit: the runtime.
            most: how many bytes may be held.
            key: for whom the sessions count that hold them; None for all sessions.
        """
        if self._measure_held(streamlit, key) <= most:
            return True
        sessions.shrink()
        for closed in sessions.list_closed(streamlit.is_active_session):
            if key in (None, sessions.find_key(closed)):
                give_back(streamlit, closed)
                if self._measure_held(streamlit, key) <= most:
                    return True
        return False

    def _measure_held(self, streamlit: _Runtime, key: str | None) -> int:
        """Return the bytes of files that sessions hold or that are being sent."""
        held = Counter({name: sum(files.values()) for name, files in _list_files(streamlit).items()})
        held.update(self._incoming)
        return sum(size for session, size in held.items() if key in (None, sessions.find_key(session)))


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


def _list_files(streamlit: _Runtime) -> dict[str, dict[str, int]]:
    """Return the bytes of all uploads and of files that pages hold, by session and number; a file is counted once."""
    listed = sessions.list_held()
    for session, files in list(streamlit.uploaded_file_mgr.file_storage.items()):
        sizes = {number: len(file.data) for number, file in list(files.items())}
        listed[session] = listed.get(session, {}) | sizes
    return listed


def _trim_memory() -> None:
    """Have the C library give memory that is free back to the system, where it is glibc."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
