"""Run the command line: digitnet, or python -m digitnet."""

import sys

from digitnet.cli.main import run_command


def main() -> None:
    """Run the command of the process' arguments and exit."""
    sys.exit(run_command())


if __name__ == "__main__":
    main()
