"""Exit with 0 if the training worker of this container runs; with 1 if not. For the health check of its image."""

import fcntl
import os
import sys
from contextlib import suppress

models = os.environ.get("DIGITNET_MODELS", "/models")
with open(f"{models}/.training/worker.lock", "rb") as lock, suppress(BlockingIOError):
    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    sys.exit("No training worker holds its lock.")
