"""Add the headers that keep a browser from doing with the pages anything that they do not do themselves."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

from digitnet.paths import lan_dir

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_TLS_SECONDS = 365 * 24 * 3600
_PERMISSIONS = {"camera": "(self)", "display-capture": "()", "geolocation": "()", "microphone": "()", "payment": "()"}


class SecurityHeaders:
    """Middleware that adds headers to every answer, and over TLS keeps cookies to TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": build_content_policy(Path(file_util.get_static_dir()) / "index.html"),
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{feature}={who}" for feature, who in _PERMISSIONS.items()),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        is_secure = scope.get("scheme") in ("https", "wss")

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                _restrict_cookies(message, is_secure)
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if is_secure and not _has_own_certificate():
                    headers["Strict-Transport-Security"] = f"max-age={_TLS_SECONDS}"
            await send(message)

        await self._app(scope, receive, send_with_headers)


def build_content_policy(page: Path) -> str:
    """Return the content security policy under which Streamlit and the components of the pages work.

    Components come as text that Streamlit loads as `blob:`, styles are written into the page, and one of Streamlit's
    libraries is WebAssembly. Nothing comes from another host, nothing goes there, and no page may frame the app.

    Args:
        page: Streamlit's HTML file; its inline scripts are allowed by their digests.
    """
    digests = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page.read_bytes())]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {hashes}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": "'self' blob: data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _restrict_cookies(message: Message, is_secure: bool) -> None:
    """Mark each cookie of an answer over TLS to be sent over TLS alone; Streamlit does not know of a proxy's TLS."""
    if is_secure:
        message["headers"] = [
            (name, value + b"; Secure" if name.lower() == b"set-cookie" and not _is_marked(value) else value)
            for name, value in message.get("headers", [])
        ]


def _is_marked(cookie: bytes) -> bool:
    return b"secure" in [part.strip().lower() for part in cookie.split(b";")]


def _has_own_certificate() -> bool:
    """Return whether the certificate is this machine's own: a browser that insisted on it could not take a new one."""
    path = config.get_option("server.sslCertFile")
    return bool(path) and Path(path).parent == lan_dir()
