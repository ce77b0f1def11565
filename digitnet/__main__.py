"""Run the command line: python -m digitnet."""

import sys

from digitnet.cli.main import run_command

if __name__ == "__main__":
    sys.exit(run_command())
