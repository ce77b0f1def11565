"""Start the command line: python -m digitnet."""

import sys

from digitnet.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
