"""Turn errors into answers: a sentence as JSON, and the HTTP status that tells programs what kind it is."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

from starlette.responses import JSONResponse

from digitnet.errors import AccessError, DigitnetError, QuotaError, SettingsError
from digitnet.workers.turns import FullError

GONE = 499  # The client has left; nobody reads the answer.
_UNEXPECTED = "An unexpected error occurred; the log of the server says more."
_RETRY_SECONDS = 2  # After which a full pool is worth another try.


class RequestError(DigitnetError):
    """A request cannot be answered.

    Attributes:
        status: HTTP status of the answer.
        headers: headers of the answer.
    """

    def __init__(self, message: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


class FullServerError(RequestError):
    """The server answers as many requests as it can."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 503, {"Retry-After": str(_RETRY_SECONDS)})


def answer_error(error: Exception) -> JSONResponse:
    """Return the answer to an error; one that the client cannot help is logged, and its details are kept back."""
    status, headers = _choose_status(error)
    if status == 500:
        logging.getLogger("digitnet").error("Unexpected error in a request", exc_info=error)
    return JSONResponse({"error": _UNEXPECTED if status == 500 else str(error)}, status, headers)


def _choose_status(error: Exception) -> tuple[int, dict[str, str]]:
    if isinstance(error, RequestError):
        return error.status, error.headers
    if isinstance(error, SettingsError) or not isinstance(error, DigitnetError):
        return 500, {}
    if isinstance(error, AccessError):
        return 403, {}
    if isinstance(error, QuotaError):
        wait = error.wait_seconds
        return 429, {} if wait is None or math.isinf(wait) else {"Retry-After": str(max(1, math.ceil(wait)))}
    if isinstance(error.__cause__, FullError):
        return 503, {"Retry-After": str(_RETRY_SECONDS)}
    if isinstance(error.__cause__, TimeoutError):
        return 504, {}
    return 422, {}
