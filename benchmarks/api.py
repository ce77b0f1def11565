"""Measure how many drawings a second the API reads, and how long each takes.

    python benchmarks/api.py --connections 1 4 16 --seconds 20
    python benchmarks/api.py --connections 16 --rate 75                  (so many are sent a second, however slow)
    python benchmarks/api.py --url https://127.0.0.1:8443 --key KEY      (a server that runs)

Each connection sends a drawing of five digits, 560 x 280 pixels, as PNG, and the next when it has the answer. The time
is that from the request to its answer. With a rate, a request that is due while all connections wait counts from the
time at which it was due. The clients take processor time of the same machine; theirs is not counted as the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.app_server import running_server
from benchmarks.load_results import MEBIBYTE, Times, measure_usage
from benchmarks.speed import write_page
from digitnet.preprocessing.images import to_png

_WARM_UP = 30  # Requests that are not counted: workers start, and load the networks.
HEAD = "| connections | requests a second | median ms | 95% ms | 99% ms | max ms | errors | processor ms | memory MB |"


class Client:
    """A connection that sends the same request again and again."""

    def __init__(self, url: str, request: bytes) -> None:
        self._url, self._request = urlsplit(url), request
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self) -> int:
        """Send the request, and return the status of the answer; raises OSError or EOFError."""
        if self._writer is None or self._reader is None:
            tls = self._url.scheme == "https" or None
            self._reader, self._writer = await asyncio.open_connection(self._url.hostname, self._url.port, ssl=tls)
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1])

    async def close(self) -> None:
        """Close the connection."""
        if self._writer:
            self._writer.close()
            await self._writer.wait_closed()


def make_request(url: str, key: str | None) -> bytes:
    """Return a request that sends the drawing."""
    picture = to_png(np.where(255 - write_page(560, 280, 1, 5, 100) > 100, 0, 255).astype(np.uint8))
    lines = ["POST /api/read HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Content-Type: image/png"]
    lines += [f"Content-Length: {len(picture)}", *([f"Authorization: Bearer {key}"] if key else [])]
    return "\r\n".join([*lines, "", ""]).encode() + picture


async def send_all(clients: list[Client], seconds: float, rate: float | None) -> Times:
    """Have all clients send until the time is up; return the times of their answers."""
    times, numbers, start = Times(), itertools.count(), time.perf_counter()

    async def send(client: Client) -> None:
        while True:
            now = time.perf_counter()
            due = start + next(numbers) / rate if rate else now
            if due > start + seconds or now > start + seconds:
                return
            await asyncio.sleep(max(0.0, due - now))
            try:
                status = await client.ask()
            except (OSError, EOFError) as error:
                times.errors.append(type(error).__name__)
                return
            if status == 200:
                times.seconds.append(time.perf_counter() - due)
            else:
                times.errors.append(str(status))

    await asyncio.gather(*map(send, clients))
    return times


async def measure(url: str, pid: int | None, connections: int, options: argparse.Namespace) -> str:
    """Return a line of the table for a number of connections."""
    clients = [Client(url, make_request(url, options.key)) for _ in range(connections)]
    for place in range(_WARM_UP):
        await asyncio.gather(*(client.ask() for client in clients[place % 2 :]))
    before = measure_usage(pid) if pid else None
    started = time.perf_counter()
    times = await send_all(clients, options.seconds, options.rate)
    took = time.perf_counter() - started
    after = measure_usage(pid) if pid else None
    for client in clients:
        await client.close()
    count = max(1, len(times.seconds))
    figures = [1000 * value for value in np.percentile(times.seconds or [0.0], [50, 95, 99, 100])]
    cells = " | ".join(f"{value:.0f}" for value in figures)
    usage = "| "
    if before and after:
        usage = f"{1000 * (after.processor - before.processor) / count:.1f} | {after.memory / MEBIBYTE:.0f}"
    return f"| {connections} | {len(times.seconds) / took:.0f} | {cells} | {len(times.errors)} | {usage} |"


@contextmanager
def choose_server(url: str | None) -> Iterator[tuple[str, int | None]]:
    """Yield the address of a server and its process, one that is started if there is no address."""
    if url:
        yield url, None
    else:
        with running_server() as (address, _, pid):
            yield address, pid


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4, 8, 16], metavar="N")
    parser.add_argument("--seconds", type=float, default=20, help="length of each measurement (default 20)")
    parser.add_argument("--rate", type=float, help="requests a second of all connections together")
    parser.add_argument("--url", help="address of a server that runs (default: one is started)")
    parser.add_argument("--key", help="key to send")
    options = parser.parse_args()
    with choose_server(options.url) as (url, pid):
        print(HEAD, "|" + "---|" * (HEAD.count("|") - 1), sep="\n", flush=True)
        for connections in options.connections:
            print(asyncio.run(measure(url, pid, connections, options)), flush=True)
    if hasattr(os, "getloadavg"):
        print(f"\n{os.cpu_count()} processors; load at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
