"""List the middleware that each request passes on its way to a route or a page."""

from __future__ import annotations

from starlette.middleware import Middleware

from digitnet.server.headers import SecurityHeaders
from digitnet.server.hosts import HostGuard
from digitnet.server.origins import OriginGuard


def list_middleware() -> list[Middleware]:
    """Return the middleware of the server, the outermost first."""
    return [Middleware(SecurityHeaders), Middleware(HostGuard), Middleware(OriginGuard)]
