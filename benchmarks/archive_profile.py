"""Tell where the time of reading files goes, by stage: samples of the running function, weighed by processor time."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

STAGES = ("decode", "paper and ink", "segmentation", "networks", "decoding", "form", "write", "rest")
_SECONDS = 0.001  # Between samples.
_DECODING_FILES = ("images", "file_costs")  # Of preprocessing.
_NETWORK_FILES = ("normalization", "strips")  # They make what networks are given.
_BY_PACKAGE = {
    "documents": "decode",
    "preprocessing": "paper and ink",
    "segmentation": "segmentation",
    "models": "networks",
    "decoding": "decoding",
    "reading": "decoding",
    "forms": "form",
}
_BY_FILE = {"rows": "write", "parts": "write", "items": "decode", "stores": "decode"}  # Of archive.


@contextmanager
def sampling() -> Iterator[dict[str, float]]:
    """Yield the processor seconds by stage, counted during a block of this process's main thread."""
    seconds: dict[str, float] = defaultdict(float)
    last = time.process_time()

    def sample(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        seconds[find_stage(frame)] += now - last
        last = now

    before: Any = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS, _SECONDS)
    try:
        yield seconds
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def find_stage(frame: FrameType | None) -> str:
    """Return the stage of the innermost function of digitnet that runs."""
    while frame:
        path = Path(frame.f_code.co_filename)
        if "digitnet" in path.parts:
            package, name = path.parent.name, path.stem
            if package == "preprocessing" and name in _DECODING_FILES:
                return "decode"
            if package == "preprocessing" and name in _NETWORK_FILES:
                return "networks"
            stage = _BY_FILE.get(name) if package == "archive" else _BY_PACKAGE.get(package)
            if stage:
                return stage
        frame = frame.f_back
    return "rest"
