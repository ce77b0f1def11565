"""Define the command `mcp`: offer reading as a tool to language models."""

from __future__ import annotations

import argparse

from digitnet.extras import require_extra


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe `mcp`, which has no arguments."""
    command.description = "Serves the tool read_numbers on standard input and output, until that is closed."
    command.set_defaults(command=_serve)


def _serve() -> int:
    require_extra("mcp", "The command 'mcp'")
    from digitnet.server.mcp_tool import make_mcp_server
    from digitnet.workers.pool import get_pool

    try:
        make_mcp_server().run("stdio")
    finally:
        get_pool().close()
    return 0
