"""Answer whether the server can read: it runs, and the active model loads."""

from __future__ import annotations

import logging

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse

from digitnet.errors import ModelError
from digitnet.reading.pipeline import load_classifier


async def answer_health(_request: Request) -> JSONResponse:
    """Answer 200, or 503 if the active model does not load; why is only in the log."""
    try:
        await to_thread.run_sync(load_classifier)
    except (ModelError, OSError):
        logging.getLogger("digitnet").exception("The active model does not load")
        return JSONResponse({"error": "The active model does not load."}, 503)
    return JSONResponse({"status": "ok"})
