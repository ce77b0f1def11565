"""Measure how the memory of the app's server grows by uploads, and when it comes back after their tab was closed.

Usage: python benchmarks/uploads.py [--files N] [--megabytes N] [--seconds N] [--settings FILE]

One tab of a browser uploads files on Photos, and is closed. Printed is the resident memory of the server before, with
the files, and each 10 seconds after. With a file of settings the quotas of a server for strangers can be tried.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.app_server import running_server
from benchmarks.load_session import Session

_LOOK_SECONDS = 10.0


async def upload(url: str, files: int, size: int) -> int:
    """Upload files of so many bytes, which are no pictures, in one tab; return how many the server took."""
    taken = 0
    async with Session(url) as tab:
        await tab.open("photos")
        for number in range(files):
            try:
                await tab.upload(f"{number}.jpg", os.urandom(size))
                taken += 1
            except httpx.HTTPStatusError as error:
                print(f"file {number + 1}: {error.response.status_code} {error.response.text}", flush=True)
                break
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--megabytes", type=float, default=39, help="size of each file (default 39)")
    parser.add_argument("--seconds", type=float, default=120, help="how long to look after the tab was closed")
    parser.add_argument("--settings", type=Path, help="file of settings of the server")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "DIGITNET_DATA": data}
        if args.settings:
            environment["DIGITNET_SETTINGS"] = str(args.settings.resolve())
        with running_server(environment) as (url, _, number):
            server = psutil.Process(number)

            def show(text: str) -> None:
                print(f"{text}: {server.memory_info().rss / 2**20:,.0f} MB", flush=True)

            asyncio.run(upload(url, 1, 1000))  # The modules of the page are loaded.
            show("before")
            taken = asyncio.run(upload(url, args.files, round(args.megabytes * 1e6)))
            show(f"with {taken} files")
            closed = time.monotonic()
            while (passed := time.monotonic() - closed) < args.seconds:
                time.sleep(min(_LOOK_SECONDS, args.seconds - passed + 0.01))
                show(f"after {time.monotonic() - closed:.0f} s")


if __name__ == "__main__":
    main()
