import time
from functools import partial

import anyio
import pytest

from digitnet.errors import ImageError
from digitnet.server.refusals import GONE, RequestError
from digitnet.server.work import run_task, run_while_connected
from digitnet.workers.pool import get_pool
from tests.workers import tasks


class Connection:
    """Stands in for a request whose client leaves after some seconds."""

    def __init__(self, seconds):
        self._seconds = seconds

    async def receive(self):
        await anyio.sleep(self._seconds)
        return {"type": "http.disconnect"}


def run(work, leaves=1000.0, seconds=1000.0):
    return anyio.run(run_while_connected, Connection(leaves), work, seconds)


def test_result_and_error_of_the_worker_arrive():
    assert run(partial(run_task, tasks.double, 21)) == 42
    with pytest.raises(ImageError, match="damaged"):
        run(partial(run_task, tasks.refuse))


@pytest.mark.parametrize(("leaves", "seconds", "status"), [(1.0, 1000.0, GONE), (1000.0, 1.0, 504)])
def test_worker_is_ended_when_nobody_waits_for_it(leaves, seconds, status):
    with pytest.raises(RequestError) as refusal:
        run(partial(run_task, tasks.sleep, 3600), leaves, seconds)
    assert refusal.value.status == status
    while get_pool().measure_load().busy:
        time.sleep(0.01)
