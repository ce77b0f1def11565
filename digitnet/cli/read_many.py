"""Define the command `read-many`: read an archive of any size to a folder of Parquet files."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.cli import read_hints
from digitnet.cli.forms import UNUSED
from digitnet.cli.output import quiet_libraries
from digitnet.cli.read_hints import as_argument
from digitnet.errors import FormError
from digitnet.extras import require_extra
from digitnet.reading import options
from digitnet.reading.number_values import AUTOMATIC, DECIMALS

if TYPE_CHECKING:
    from digitnet.archive.job import Engine
    from digitnet.archive.options import ArchiveOptions
    from digitnet.archive.progress import Progress

_COMMAND = "The command 'read-many'"
_SCREEN_SECONDS, _LOG_SECONDS = 0.5, 30.0  # How often the progress is shown in a terminal, and in a log.
_STOPPED = 130


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `read-many`."""
    help = (
        "a folder, a pattern ('scans/**/*.png'), a ZIP or TAR file, a CSV file of paths, or an address: s3://, gs://, "
        "https://"
    )
    command.add_argument("source", metavar="SOURCE", help=help)
    help = "folder of the results; the same command goes on where it was stopped"
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help=help)
    command.add_argument("--model", help="name of the model (default: the active one)")
    help = "read the fields of a form, whose template `form` has made"
    command.add_argument("--template", type=Path, metavar="FILE", help=help)
    help = (
        "number of reading processes (default: as processors and memory allow; with --ray: the processors that the "
        "cluster has now)"
    )
    command.add_argument("--workers", type=as_argument(options.parse_count), metavar="N", help=help)
    help = "read on a Ray cluster at this address; local: on one that is started here"
    command.add_argument("--ray", metavar="ADDRESS", help=help)
    help = "mark numbers as doubtful so that this share of the others is wrong, 0 to 1 (default: 0.01)"
    command.add_argument("--risk", type=as_argument(options.parse_share), metavar="SHARE", help=help)
    help = "decimal sign of the values: 1,234.50 or 1.234,50; auto: by each text (default)"
    command.add_argument("--decimal", choices=DECIMALS, default=AUTOMATIC, help=help)
    help = "save all results here as CSV, too, once all is read"
    command.add_argument("--csv", type=Path, metavar="FILE", help=help)
    read_hints.add_arguments(command)
    command.set_defaults(command=_read_many)


def _read_many(
    source: str,
    out: Path,
    model: str | None,
    template: Path | None,
    workers: int | None,
    ray: str | None,
    risk: float | None,
    decimal: str,
    csv: Path | None,
    **hints: Any,
) -> int:
    require_extra("archive", _COMMAND)
    if ray:
        require_extra("ray", f"{_COMMAND} with --ray")
    from digitnet.archive.csv_export import check_csv_place, write_csv
    from digitnet.archive.job import read_archive

    if csv:
        check_csv_place(csv, out, source)
    known = _make_options(model, template, risk, decimal, hints)
    with _stopping_on_signals() as stopping, _open_engine(workers, ray) as engine:
        progress = read_archive(source, out, known, engine, _Screen().show, stopping)
    print(f"{_clear()}{progress.describe()}", file=sys.stderr)
    if stopping.is_set():
        print(f"Stopped. What is read is in {out}; run the same command again to go on.", file=sys.stderr)
        return _STOPPED
    print(f"{progress.earlier + progress.files:,} files are read, {progress.errors:,} with errors. Results: {out}")
    for sentence in progress.describe_put_off():
        print(sentence, file=sys.stderr)
    if csv:
        write_csv(out, csv)
    return int(bool(progress.errors or progress.put_off))


def _make_options(
    model: str | None, template: Path | None, risk: float | None, decimal: str, hints: dict[str, Any]
) -> ArchiveOptions:
    from digitnet.archive.options import ArchiveOptions
    from digitnet.forms.template import load_template, to_json
    from digitnet.models.active import get_active_model
    from digitnet.models.calibration import DEFAULT_RISK
    from digitnet.models.store import compute_digest, load_tflite

    if template and any(hints.get(name) is not None for name in UNUSED):
        raise FormError("With --template the fields of a form are read; leave out options on pictures and tables.")
    name = model or get_active_model()
    digest = compute_digest(load_tflite(name))
    form = to_json(load_template(template)) if template else None
    known = read_hints.make_hints(hints)
    return ArchiveOptions(name, digest, known, DEFAULT_RISK if risk is None else risk, decimal, form)


@contextmanager
def _open_engine(workers: int | None, address: str | None) -> Iterator[Engine]:
    """Yield what reads: the processes of this machine, or a Ray cluster that is connected for the block."""
    from digitnet.archive.local_engine import count_own_workers, read_on_this_machine

    if not address:
        yield partial(read_on_this_machine, workers=workers or count_own_workers())
        return
    from digitnet.archive.ray_engine import read_on_ray
    from digitnet.workers.cluster import LOCAL, connected

    if address == LOCAL:
        workers = workers or count_own_workers()

    with ExitStack() as stack:
        with quiet_libraries():
            processors = stack.enter_context(connected(address, workers))
        yield partial(read_on_ray, workers=workers or processors)


@contextmanager
def _stopping_on_signals() -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl+C, or a request to end, sets; the second Ctrl+C ends at once."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        if stopping.is_set():
            os._exit(_STOPPED)  # What is written is whole, also after a kill.
        stopping.set()
        print(f"{_clear()}Finishing what is being read; Ctrl+C again to stop at once.", file=sys.stderr)

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _clear() -> str:
    return "\r\x1b[K" if sys.stderr.isatty() else ""


class _Screen:
    """Shows the progress on stderr: in one line of a terminal, or now and then in a log."""

    def __init__(self) -> None:
        from digitnet.archive.progress import Clock

        self._clock = Clock(_SCREEN_SECONDS if sys.stderr.isatty() else _LOG_SECONDS)

    def show(self, progress: Progress) -> None:
        """Show the progress if it is due."""
        if self._clock.is_due():
            line = f"{_clear()}{progress.describe()}"
            print(line, end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)
