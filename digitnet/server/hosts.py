"""Refuse requests under the name of a host that is not this server's.

Streamlit refuses them on its websocket alone. A web page whose name was led to this address would reach everything
else (DNS rebinding).
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from digitnet.server.base_path import get_base_path

_HEALTH_PATHS = ("/healthz", "/_stcore/health")  # What watches a server asks by its address, and learns nothing else.
_UNKNOWN_HOST = "This server has another name; ask its operator to add yours to server.allowedHosts."


class HostGuard:
    """Middleware that answers only to the hosts of Streamlit's option `server.allowedHosts`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._free = {f"{get_base_path()}{path}" for path in _HEALTH_PATHS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        is_free = scope["type"] != "http" or scope["path"] in self._free
        if is_free or is_host_allowed(Headers(scope=scope).get("host")):
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"error": _UNKNOWN_HOST}, 403)(scope, receive, send)
