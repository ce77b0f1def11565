"""Have workers do what a request asks for, and stop them when its client leaves or the time is up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, get_cancelled_exc_class, to_thread
from starlette.requests import Request

from digitnet.server.refusals import GONE, FullServerError, RequestError
from digitnet.workers.pool import run_in_worker
from digitnet.workers.process import Cancellation, cancelable

_MAX_REQUESTS = 40  # Further ones are turned away, so that pages find places in the queue of the workers.
_MAX_THREADS = 40
_FULL = "Too many requests are being answered right now; try again in a few seconds."
_TOO_LONG = (
    "The files were not read in {seconds:g} seconds: they take too long, or the server is busy; "
    "send fewer or smaller ones, ask for fewer pages, or try again later."
)

T = TypeVar("T")
_answered = 0  # Requests that are being answered.


async def run_task(
    function: Callable[..., T], *arguments: object, subject: str = "The file", processor_seconds: float | None = None
) -> T:
    """Run a function in a worker, and return its result; the worker is ended if this call is canceled.

    Arguments are those of `workers.pool.run_in_worker`.

    Raises:
        DigitnetError: as `workers.pool.run_in_worker` does.
    """
    cancellation = Cancellation()

    def run() -> T:
        with cancelable(cancellation):
            return run_in_worker(function, *arguments, subject=subject, processor_seconds=processor_seconds)

    try:
        return await to_thread.run_sync(run, abandon_on_cancel=True, limiter=_get_limiter())
    except get_cancelled_exc_class():
        cancellation.cancel()
        raise


async def run_while_connected(request: Request, work: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Return the result of `work`; cancel it when the client leaves or the time is up.

    Args:
        request: a request whose body was received.
        work: what to do.
        seconds: how long it may take.

    Raises:
        RequestError: the client has left, the time was up, or too many requests are being answered.
        Exception: `work` raised it.
    """
    results: list[T] = []
    errors: list[Exception] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    with _counted():
        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            with anyio.move_on_after(seconds) as scope:
                try:
                    results.append(await work())
                except Exception as error:  # noqa: BLE001 - It is raised below, outside the group.
                    errors.append(error)
            group.cancel_scope.cancel()
    if errors:
        raise errors[0]
    if results:
        return results[0]
    if scope.cancelled_caught:
        raise RequestError(_TOO_LONG.format(seconds=seconds), 504)
    raise RequestError("The client has left.", GONE)


@contextmanager
def _counted() -> Iterator[None]:
    global _answered
    if _answered >= _MAX_REQUESTS:
        raise FullServerError(_FULL)
    _answered += 1
    try:
        yield
    finally:
        _answered -= 1


@cache
def _get_limiter() -> CapacityLimiter:
    return CapacityLimiter(_MAX_THREADS)
