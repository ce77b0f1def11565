"""Stop the driver, its workers and the store of an archive while it is read, and count what is lost or doubled."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.archive_pictures import make_small_pictures
from digitnet.paths import ROOT

FILES = 150
_BUCKET = "archive"
_SETTLE_SECONDS = 4.0  # A stopped store comes back after this time.


def measure_faults(times: int) -> int:
    """Read an archive in a store, and stop the driver, a worker or the store so often; return 1 if anything is lost."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    environment = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    os.environ |= environment
    names = _fill_store()
    losses = 0
    for victim in ("driver", "worker", "store"):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "results"
            starts = stops = 0
            rng = np.random.default_rng(3)
            while True:
                starts += 1
                process = _start(out)
                while process.poll() is None:
                    time.sleep(float(rng.uniform(2.0, 6.0)))
                    if stops < times and process.poll() is None and (out / "_settings.json").exists():
                        stops += 1
                        server = _stop(victim, process, server, port)
                if process.returncode == 0 or starts > 5 * times:
                    break
            lost, doubled, errors = find_faults(out, names)
            losses += lost + doubled + errors
            found = f"{len(names)} files, {lost} lost, {doubled} doubled, {errors} with errors"
            print(f"{victim:<7} stopped {stops} times, {starts} starts: {found}", flush=True)
    server.stop()
    return int(losses > 0)


def _fill_store() -> list[str]:
    import boto3

    client = boto3.client("s3")
    client.create_bucket(Bucket=_BUCKET)
    names = []
    for number, content in enumerate(make_small_pictures(FILES)):
        names.append(f"{number:05d}.png")
        client.put_object(Bucket=_BUCKET, Key=f"scans/{names[-1]}", Body=content)
    client.close()
    return names


def _start(out: Path) -> psutil.Popen:
    source = f"s3://{_BUCKET}/scans"
    command = [sys.executable, "-m", "digitnet", "read-many", source, "--out", str(out), "--workers", "2"]
    return psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _stop(victim: str, process: psutil.Popen, server: Any, port: int) -> Any:
    """Stop the driver or a worker with SIGKILL, or the store for some seconds; return the store that runs then."""
    if victim == "driver":
        process.send_signal(signal.SIGKILL)
    elif victim == "worker":
        for worker in process.children()[:1]:
            worker.kill()
    else:
        from moto.server import ThreadedMotoServer

        server.stop()
        time.sleep(_SETTLE_SECONDS)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        server.start()
    return server


def find_faults(out: Path, names: list[str]) -> tuple[int, int, int]:
    """Return how many files results lack, how many numbers they have twice, and how many files with an error."""
    from digitnet.archive.parts import iterate_batches, list_parts

    counts: Counter[tuple[str, int, int, int]] = Counter()
    errors = 0
    for path in list_parts(out):
        for batch in iterate_batches(path, ["file", "page", "row", "column", "error"]):
            *places, found = batch.values()
            counts.update(zip(*places, strict=True))
            errors += sum(error is not None for error in found)
    files = {file for file, *_ in counts}
    return sum(name not in files for name in names), sum(count > 1 for count in counts.values()), errors
