"""Drop messages with which a session could change or look at the server, not only at its own pages.

Streamlit lets each session empty the caches of all, and ask for the files that are changed in the server's repository.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from digitnet.access.callers import acting_as
from digitnet.access.permissions import may
from digitnet.server.visitors import find_request_caller

_OF_A_SESSION = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}


class MessageGuard:
    """Middleware that passes on what pages send, and other messages for the owner at this machine alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, without those messages."""
        if scope["type"] != "websocket" or _may_maintain(scope):
            await self._app(scope, receive, send)
            return

        async def receive_own() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or _is_of_session(message.get("bytes")):
                    return message

        await self._app(scope, receive_own, send)


def _may_maintain(scope: Scope) -> bool:
    with acting_as(find_request_caller(HTTPConnection(scope))):
        return may("server.maintain")


def _is_of_session(content: bytes | None) -> bool:
    """Return whether a message is one for the session alone; a text or a broken one ends the connection later."""
    if content is None:
        return True
    try:
        return BackMsg.FromString(content).WhichOneof("type") in _OF_A_SESSION
    except DecodeError:
        return True
