"""Start a PostgreSQL server for the tests, on a socket of its own, and remove it without a trace."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "digitnet"
# The server refuses to run as root: then the first of these users that exists runs it.
OWNERS = ("postgres", "nobody")
# Nothing in this database has to survive a crash.
SETTINGS = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off", "-c", "log_min_messages=fatal"]


def find_server() -> Path | None:
    """Return the folder of PostgreSQL's programs: Debian's latest, or else the one on the path, or else None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Server:
    """A server whose data lies in a folder; it may be started several times."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._command, self._folder = command, folder
        self.url = f"postgresql://{USER}@/postgres?host={folder}"

    @contextmanager
    def started(self) -> Iterator[None]:
        """Run the server, and kill it at the end."""
        with _started(self._command, self._folder):
            yield


@contextmanager
def prepared() -> Iterator[Server]:
    """Make a database, and remove it at the end."""
    programs = find_server()
    assert programs, "There is no PostgreSQL for the tests; run: make test"
    # Not in TMPDIR: root's may be closed to other users, and a socket's path is at most 107 bytes long.
    folder = Path(tempfile.mkdtemp(prefix="digitnet-postgresql-", dir="/tmp"))
    try:
        if owner := _owner():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, command = folder / "data", [*_as(owner), str(programs / "initdb"), "--no-sync", "-A", "trust"]
        subprocess.run(
            [*command, "-U", USER, "-E", "UTF8", "--locale=C", "-D", data],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        yield Server([*_as(owner), str(programs / "postgres"), "-D", str(data), "-k", str(folder), *SETTINGS], folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def running() -> Iterator[str]:
    """Run a server; give the URL of its database."""
    with prepared() as server, server.started():
        yield server.url


@contextmanager
def _started(command: list[str], folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd="/") as server:
        try:
            for _ in range(2400):
                if "ready" in _status(folder / "data" / "postmaster.pid"):
                    break
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield
        finally:
            server.send_signal(signal.SIGQUIT)  # End at once, keep nothing.
            server.wait(120)


def _status(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _owner() -> pwd.struct_passwd | None:
    """Return the user to run the server as, or None for the user who runs the tests."""
    if os.getuid() != 0:
        return None
    there = {each.pw_name: each for each in pwd.getpwall()}
    return next(there[name] for name in OWNERS if name in there)


def _as(owner: pwd.struct_passwd | None) -> list[str]:
    """Return the prefix of a command that runs it as `owner` and ends it with the tests."""
    if owner is None:
        return []
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--pdeathsig=INT"]


if __name__ == "__main__":
    sys.exit(0 if find_server() else 1)
