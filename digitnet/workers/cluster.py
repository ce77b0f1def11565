"""Connect to a Ray cluster, or start one on this machine. Ray's usage statistics are off."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from digitnet.errors import ClusterError

LOCAL = "local"  # The address of a cluster that is started here.
_STORE_BYTES = 256 * 2**20  # Memory of such a cluster for what its processes exchange.
# Ray's notes; what ends a reading is an error, and has a sentence.
_QUIET = {
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_LOG_LEVEL": "ERROR",
}


@contextmanager
def connected(address: str, processors: int | None = None) -> Iterator[int]:
    """Connect to a Ray cluster for a block, unless this process is; yield the number of its processors.

    Args:
        address: its address, "auto" for the one that this machine belongs to, LOCAL to start one.
        processors: how many one that is started has, None for those of this machine.

    Raises:
        ClusterError: nobody answers at the address.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import ray

    is_mine = not ray.is_initialized()
    stack = ExitStack()
    if is_mine:
        handler = signal.getsignal(signal.SIGTERM)
        quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
        try:
            if address == LOCAL:
                os.environ.pop("RAY_ADDRESS", None)
                count = processors or os.cpu_count() or 1
                folder = stack.enter_context(_short_folder())
                here = {"include_dashboard": False, "object_store_memory": _STORE_BYTES, "_temp_dir": folder}
                ray.init("local", num_cpus=count, _node_ip_address="127.0.0.1", **here, **quiet)
            else:
                ray.init(address, **quiet)
        except (ConnectionError, ValueError, RuntimeError) as error:
            stack.close()
            raise ClusterError(f"The Ray cluster at {address!r} does not answer; check the address.") from error
        if handler and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # Ray's would end the process without what the command does.
    try:
        yield int(ray.cluster_resources().get("CPU", 1))
    finally:
        if is_mine:
            ray.shutdown()
        stack.close()


@contextmanager
def _short_folder() -> Iterator[str]:
    """Yield a new folder with a short path for the files of a cluster: paths of sockets have at most 107 bytes."""
    parent = "/tmp" if os.path.isdir("/tmp") else None
    with tempfile.TemporaryDirectory(prefix="ray-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield folder
