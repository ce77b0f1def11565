"""Make the routes that programs ask: each finds out who asks, and answers errors as sentences."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from digitnet.access.callers import acting_as
from digitnet.access.permissions import require
from digitnet.server.figures import answer_figures, count_request
from digitnet.server.identity import find_caller, refuse_other_sites
from digitnet.server.model_routes import answer_models
from digitnet.server.openapi import describe_api
from digitnet.server.reading_routes import answer_read, answer_read_batch
from digitnet.server.refusals import RequestError, answer_error

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_Answer = Callable[[Request], Awaitable[Response]]


def list_api_routes(base: str = "") -> list[BaseRoute]:
    """Return the routes below /api, and /metrics; all below the path `base`."""
    return [
        Mount(
            f"{base}/api",
            routes=[
                _make_route("/read", answer_read, "api.read", "POST", "/api/read"),
                _make_route("/read-batch", answer_read_batch, "api.read", "POST", "/api/read-batch"),
                _make_route("/models", answer_models, "api.models", "GET", "/api/models"),
                Route("/openapi.json", _answer_description),
                Route("/{path:path}", _refuse_path, methods=_METHODS),
            ],
        ),
        _make_route(f"{base}/metrics", answer_figures, "api.metrics", "GET", "/metrics"),
    ]


def _make_route(path: str, answer: _Answer, permission: str, method: str, name: str) -> Route:
    """Return a route for those who have a permission; other methods are refused with a sentence.

    Args:
        path: path below that of the mount.
        answer: answers a request.
        permission: a name of `access.permissions.NEEDED`.
        method: method of the requests.
        name: the whole path, as figures name it.
    """

    async def answer_guarded(request: Request) -> Response:
        started = time.perf_counter()
        try:
            if request.method not in (method, "HEAD" if method == "GET" else method):
                raise RequestError(f"Send a {method} to {name}.", 405, {"Allow": method})
            refuse_other_sites(request)
            with acting_as(find_caller(request)):
                require(permission)
                response = await answer(request)
        except Exception as error:  # noqa: BLE001 - Each becomes a sentence.
            response = answer_error(error)
        response.headers["Cache-Control"] = "no-store"  # What one may see is not for the next, whoever keeps answers.
        count_request(name, response.status_code, time.perf_counter() - started)
        return response

    return Route(path, answer_guarded, methods=_METHODS)


async def _answer_description(_request: Request) -> Response:
    return JSONResponse(describe_api())


async def _refuse_path(_request: Request) -> Response:
    return JSONResponse({"error": "There is no such route; /api/openapi.json describes all."}, 404)
