"""Read hostile pictures by one call of the command line, and have Keras check mutated .h5 files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile_content import HostileFile, mutate
from digitnet.errors import ModelError
from digitnet.models import store, zip_package
from digitnet.paths import IMPORT_ROOT

_SECONDS_PER_FILE = 6.0
_MAX_MEGABYTES = 2048.0
_CHECK_SECONDS = 60.0
_WRITE_H5 = "import sys, keras; keras.saving.load_model(sys.argv[1], compile=False).save(sys.argv[2])"
_WATCH = """
import resource, subprocess, sys
run = subprocess.run(sys.argv[3:], timeout=float(sys.argv[2]), check=False)
with open(sys.argv[1], "w") as report:
    report.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(run.returncode)
"""
_ENDED = ("crashed its check", "was not checked within")  # The check held, but the network got further than it should.


class _Run(NamedTuple):
    """The end of a command: exit code, output, and the most memory that it or a child of it took, in MB."""

    returncode: int
    stdout: bytes
    stderr: bytes
    megabytes: float


def find_problems_of_command(files: Sequence[HostileFile]) -> list[str]:
    """Read files by `digitnet read --json`; return sentences about what went wrong.

    Each file gets lines of JSON with rows or an error, stderr holds sentences alone, and the exit code is 0 or 1.
    """
    with tempfile.TemporaryDirectory(prefix="digitnet-") as folder:
        for file in files:
            (Path(folder) / file.name).write_bytes(file.content)
        command = [sys.executable, "-m", "digitnet", "read", "--json", *(file.name for file in files)]
        limit = 30 + _SECONDS_PER_FILE * len(files)
        run = _run_watched(command, Path(folder), limit)
    if run is None:
        return [f"the command took more than {limit:.0f} s for {len(files):,} files"]
    problems = list(find_problems_of_output(run.stdout, run.stderr, [file.name for file in files]))
    if run.returncode not in (0, 1):
        problems.append(f"the command ended with {run.returncode}")
    if run.megabytes > _MAX_MEGABYTES:
        problems.append(f"a process took {run.megabytes:.0f} MB")
    return problems


def _run_watched(command: list[str], folder: Path, seconds: float) -> _Run | None:
    """Run a command in a folder; return its end, or None if it took longer.

    A new process counts the memory of the one that starts it as its own, so a small process starts the command.
    """
    environment = os.environ | {"PYTHONPATH": str(IMPORT_ROOT)}
    with tempfile.NamedTemporaryFile() as report:
        watched = [sys.executable, "-c", _WATCH, report.name, str(seconds), *command]
        run = subprocess.run(watched, cwd=folder, env=environment, capture_output=True, check=False)
        largest = report.read()
    if not largest:
        return None
    megabytes = int(largest) / (2**20 if sys.platform == "darwin" else 2**10)
    return _Run(run.returncode, run.stdout, run.stderr, megabytes)


def find_problems_of_output(stdout: bytes, stderr: bytes, names: Sequence[str]) -> Iterator[str]:
    """Yield sentences about what is wrong with the output of `digitnet read --json` for files of these names."""
    seen = set()
    for line in stdout.decode(errors="backslashreplace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            yield f"stdout has no JSON: {line[:120]}"
            continue
        seen.add(entry["file"])
        if "rows" not in entry and not str(entry.get("error", "")).endswith("."):
            yield f"{entry['file']}: neither rows nor a sentence: {line[:120]}"
    yield from (f"{name}: no line" for name in names if name not in seen)
    for line in stderr.decode(errors="backslashreplace").splitlines():
        if not line.startswith("digitnet: "):
            yield f"stderr has no sentence: {line[:120]}"


def find_problems_of_networks(count: int, seed: int) -> Iterator[tuple[HostileFile, str]]:
    """Add so many mutated .h5 files as models, each in a process with Keras; yield those with a finding."""
    with tempfile.TemporaryDirectory(prefix="digitnet-") as folder:
        path, keras = Path(folder) / "good.h5", store.model_dir(store.SHIPPED_MODELS[1]) / store.KERAS_FILE
        subprocess.run([sys.executable, "-c", _WRITE_H5, str(keras), str(path)], check=True, capture_output=True)
        good = HostileFile("network.h5", path.read_bytes(), "network")
        os.environ["DIGITNET_MODELS"] = folder
        for number, file in enumerate(mutate([good], count, seed)):
            if problem := _find_problem_of_network(file.content, f"hostile-{number}"):
                yield file, problem


def _find_problem_of_network(content: bytes, name: str) -> str:
    try:
        zip_package.import_model(content, name, _CHECK_SECONDS)
    except ModelError as error:
        return str(error) if any(part in str(error) for part in _ENDED) else ""
    except Exception as error:  # noqa: BLE001 - What is no ModelError is what is looked for.
        return f"{type(error).__name__}: {error}"[:200]
    try:
        store.load_tflite(name)  # A flipped weight may leave a good network.
    except ModelError as error:
        return str(error)
    return ""
