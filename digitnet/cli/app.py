"""Define the command `app`: start the app."""

from __future__ import annotations

import argparse

from digitnet.extras import require_extra
from digitnet.paths import ROOT


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `app`."""
    help = "options of `streamlit run`, such as --server.port 8600"
    command.add_argument("options", nargs=argparse.REMAINDER, metavar="OPTION", help=help)
    command.set_defaults(command=_start)


def _start(options: list[str]) -> int:
    """Serve the pages until the process is stopped; return the exit code."""
    require_extra("app", "The command 'app'")
    from streamlit.web import cli

    cli.main(["run", str(ROOT / "app.py"), *options], standalone_mode=False)
    return 0
