import asyncio
import itertools
from types import SimpleNamespace

import pytest

from benchmarks import api
from benchmarks.api import Client, make_request, send_all

ANSWERS = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"]


async def send(connections, seconds, rate):
    """Have clients ask a server that answers 200 and 503 in turn; return their times, and how often it was asked."""
    asked, closed = [], []

    async def answer(reader, writer):
        while head := await reader.read(100_000):
            asked.append(head)
            writer.write(ANSWERS[len(asked) % 2])
        writer.close()
        await writer.wait_closed()
        closed.append(writer)

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        clients = [Client(url, make_request(url, "KEY")) for _ in range(connections)]
        times = await send_all(clients, seconds, rate)
        for client in clients:
            await client.close()
        while len(closed) < connections:
            await asyncio.sleep(0.01)
    return times, asked


@pytest.fixture
def clock(monkeypatch):
    """Have the clock move by so many seconds at each look, however busy the machine is: clock(0.01)."""

    def move(step):
        looks = itertools.count()
        monkeypatch.setattr(api, "time", SimpleNamespace(perf_counter=lambda: step * next(looks)))

    return move


def test_answers_and_errors_are_counted(clock):
    clock(0.01)
    times, asked = asyncio.run(send(2, 0.3, None))
    assert abs(len(times.seconds) - len(asked) / 2) <= 1
    assert set(times.errors) == {"503"}
    assert b"Authorization: Bearer KEY" in asked[0]


def test_rate_limits_what_is_sent(clock):
    clock(0.0)
    _, asked = asyncio.run(send(2, 0.1, 100))
    assert len(asked) == 11
