"""Close paths of Streamlit that no page needs: its agent interface to all, and its figures to all but the owner."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from digitnet.access.callers import acting_as
from digitnet.access.permissions import require
from digitnet.errors import DigitnetError
from digitnet.server.identity import find_caller, refuse_other_sites
from digitnet.server.refusals import answer_error

_AGENT = "/_stcore/agent"
_FIGURES = "/_stcore/metrics"
_CLOSED = "This server has no agent interface; /api/openapi.json describes how programs ask it."


class ClosedPaths:
    """Middleware that answers for paths that are closed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 404, 401 or 403."""
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if f"{_AGENT}/" in f"{path}/":
            await JSONResponse({"error": _CLOSED}, 404)(scope, receive, send)
        elif path.endswith(_FIGURES) and (error := _refuse_figures(scope)):
            await answer_error(error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refuse_figures(scope: Scope) -> DigitnetError | None:
    connection = HTTPConnection(scope)
    try:
        refuse_other_sites(connection)
        with acting_as(find_caller(connection)):
            require("api.metrics")
    except DigitnetError as error:
        return error
    return None
