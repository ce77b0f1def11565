"""Measure the app under load: people who draw and upload photos at a human pace, with and without a training.

    python benchmarks/load.py --sessions 5 10 20 50 100 --seconds 60
    python benchmarks/load.py --sessions 50 --seconds 1800 --photos 5        (memory)
    python benchmarks/load.py --sessions 20 --training
    python benchmarks/load.py --sessions 50 --url https://127.0.0.1:8443 --certificate ca.pem     (a server that runs)

Each session is a browser's tab: it opens the page Draw and writes numbers, a stroke every few seconds; a share of them
says that the number is right, which saves its digits. A stroke's time is that from the message to the end of the run
that shows the number. The clients take processor time of the same machine; theirs is not counted as the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from websockets.exceptions import WebSocketException

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.app_server import ROOT, running_server
from benchmarks.load_drawings import draw_numbers
from benchmarks.load_results import MEBIBYTE, Times, Usage, measure_usage
from benchmarks.load_session import LoadError, Session, measure

RIGHT = "All correct"  # Button that saves the number as it was read.
PHOTO = ROOT / "digitnet" / "resources" / "samples"
HEAD = "| sessions | strokes | median s | 95% s | 99% s | max s | errors | photos: count, median, 95%, 99%, max, errors"
HEAD += " | processor ms a stroke | memory MB: before, greatest in each fifth of the time, after |"


@dataclass
class Load:
    """What the sessions do, and how it went.

    Attributes:
        url: address of the server.
        context: for TLS with certificates of one's own, else None.
        pause: mean seconds between two strokes of a session; photographers wait ten times as long.
        confirmed: share of the numbers that are said to be right, 0 to 1.
        begin: time of `time.monotonic` from which strokes count: at first all sessions open their page at once.
        end: time at which sessions stop.
    """

    url: str
    context: ssl.SSLContext | None
    pause: float
    confirmed: float
    begin: float = 0.0
    end: float = 0.0
    strokes: Times = field(default_factory=Times)
    photos: Times = field(default_factory=Times)
    memory: list[int] = field(default_factory=list)


async def draw(load: Load, seed: int) -> None:
    """Write numbers until the end, one stroke at least."""
    rng = np.random.default_rng(seed)
    await asyncio.sleep(rng.uniform(0, load.pause))
    async with Session(load.url, context=load.context) as session:
        await session.open()
        for report, text in draw_numbers(rng):
            seconds, run = await measure(session.draw(report))
            if time.monotonic() > load.begin:
                load.strokes.seconds.append(seconds)
            if run.has_failed or (text and not any(text in shown for shown in run.texts)):
                load.strokes.errors.append(f"{text} was not shown: {run.texts}")
            if text and rng.random() < load.confirmed and RIGHT in session.elements:
                await session.press(RIGHT)
            if time.monotonic() > load.end:
                return
            await asyncio.sleep(rng.uniform(0.5, 1.5) * load.pause)


async def photograph(load: Load, seed: int) -> None:
    """Upload one photo after the other until the end, one at least."""
    rng = np.random.default_rng(seed)
    files = sorted(path for path in PHOTO.iterdir() if path.suffix in (".jpg", ".png"))
    while True:
        file = files[int(rng.integers(len(files)))]
        async with Session(load.url, context=load.context) as session:
            await session.open("photos")
            # Bytes after the picture's end make it a new file for the caches of readings.
            seconds, run = await measure(session.upload(file.name, file.read_bytes() + rng.bytes(8)))
            load.photos.seconds.append(seconds)
            if run.has_failed:
                load.photos.errors.append(f"{file.name}: {run.texts}")
            if time.monotonic() > load.end:
                return
            await asyncio.sleep(rng.uniform(0.5, 1.5) * load.pause * 10)


async def run_sessions(
    load: Load, sessions: int, photographers: int, seconds: float, pid: int, settle: float = 0.0
) -> None:
    """Run sessions side by side for a while, and note the server's memory meanwhile."""
    load.begin = time.monotonic() + settle
    load.end = load.begin + seconds
    tasks = [asyncio.create_task(_count_errors(draw(load, seed), load.strokes)) for seed in range(sessions)]
    tasks += [
        asyncio.create_task(_count_errors(photograph(load, 1000 + seed), load.photos)) for seed in range(photographers)
    ]
    while any(not task.done() for task in tasks):
        if pid:
            load.memory.append(measure_usage(pid).memory)
        await asyncio.wait(tasks, timeout=5)


async def _count_errors(session: Awaitable[None], times: Times) -> None:
    try:
        await session
    except (LoadError, OSError, httpx.HTTPError, WebSocketException) as error:
        times.errors.append(f"{type(error).__name__}: {error}")


def describe(load: Load, sessions: int, before: Usage, after: Usage) -> str:
    """Return a row of the table."""
    answers = len(load.strokes.seconds) + len(load.photos.seconds)
    cost = f"{1000 * (after.processor - before.processor) / max(1, answers):.0f}" if after.memory else ""
    fifths = [max(part) for part in np.array_split(load.memory, 5) if len(part)]
    memory = [before.memory, *fifths, after.memory] if after.memory else []
    shown = ", ".join(f"{size / MEBIBYTE:.0f}" for size in memory)
    photos = load.photos.describe().replace(" |", ",")
    return f"| {sessions} | {load.strokes.describe()} | {photos} | {cost} | {shown} |"


@contextmanager
def training(environment: dict[str, str]) -> Iterator[None]:
    """Train a network meanwhile, as gently as the app does."""
    command = [sys.executable, "-m", "digitnet", "train", "--recipe", "digitnet", "--name", "load", "--epochs", "100"]
    nice = ["nice", "-n", "10"] if os.name == "posix" else []
    with subprocess.Popen([*nice, *command], cwd=ROOT, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            yield
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, nargs="+", default=[5, 10, 20, 50], metavar="N")
    parser.add_argument("--photos", type=int, default=0, metavar="N", help="sessions beside them that upload photos")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=0, metavar="SECONDS", help="time before strokes count")
    parser.add_argument("--pause", type=float, default=3, metavar="SECONDS", help="mean time between two strokes")
    parser.add_argument("--confirmed", type=float, default=0.4, metavar="SHARE", help="of numbers said to be right")
    parser.add_argument("--training", action="store_true", help="train a network meanwhile")
    parser.add_argument("--url", help="a server that runs, else one is started")
    parser.add_argument("--certificate", type=Path, help="certificate that the server's is signed with")
    args = parser.parse_args()
    context = ssl.create_default_context(cafile=args.certificate) if args.certificate else None
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, "DIGITNET_DATA": f"{folder}/data", "DIGITNET_MODELS": f"{folder}/models"}
        url, pid = args.url, 0
        if not url:
            url, _, pid = stack.enter_context(running_server(environment))
        if args.training:
            stack.enter_context(training(environment))
        print(HEAD + "\n" + "|---" * 10 + "|")
        for sessions in args.sessions:
            load = Load(url, context, args.pause, args.confirmed)
            before = measure_usage(pid) if pid else Usage(0, 0)
            asyncio.run(run_sessions(load, sessions, args.photos, args.seconds, pid, args.settle))
            after = measure_usage(pid) if pid else Usage(0, 0)
            print(describe(load, sessions, before, after), flush=True)
            for error in sorted(set(load.strokes.errors + load.photos.errors))[:5]:
                print(f"    {error[:300]}", flush=True)


if __name__ == "__main__":
    main()
