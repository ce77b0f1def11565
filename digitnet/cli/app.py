"""Define the command `app`: start the app."""

from __future__ import annotations

import argparse

from digitnet.extras import require_extra
from digitnet.paths import ROOT


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe `app`, whose options are those of `streamlit run`."""
    command.usage = f"{command.prog} [--server.port PORT] [OPTION of streamlit run ...]"
    command.set_defaults(command=_start)


def _start(options: list[str]) -> int:
    """Serve the pages until the process is stopped; return the exit code."""
    require_extra("app", "The command 'app'")
    from streamlit.web import cli

    cli.main(["run", str(ROOT / "app.py"), *options], standalone_mode=False)
    return 0
