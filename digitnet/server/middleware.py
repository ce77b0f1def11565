"""List the middleware that each request passes on its way to a route or a page."""

from __future__ import annotations

from starlette.middleware import Middleware

from digitnet.server.browser_keys import BrowserKeys
from digitnet.server.closed_paths import ClosedPaths
from digitnet.server.headers import SecurityHeaders
from digitnet.server.hosts import HostGuard
from digitnet.server.message_guard import MessageGuard
from digitnet.server.origins import OriginGuard
from digitnet.server.session_rate import SessionRate
from digitnet.server.sign_ins import SignIns
from digitnet.server.uploads import UploadGuard


def list_middleware() -> list[Middleware]:
    """Return the middleware of the server, the outermost first."""
    guards = (SecurityHeaders, HostGuard, OriginGuard, ClosedPaths, SessionRate, MessageGuard, UploadGuard)
    return [Middleware(kind) for kind in (*guards, BrowserKeys, SignIns)]
