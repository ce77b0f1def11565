"""Find the address under which others of a local network reach this machine."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from contextlib import suppress

import psutil

from digitnet.errors import NetworkError

_NO_NETWORK = "This machine is in no local network; connect it to one, or start the app without --lan."
_SOMEWHERE_ELSE = ("10.255.255.255", 1)  # Nothing is sent there: a route is looked up.
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def choose_address(wanted: str | None = None) -> str:
    """Return this machine's address in its local network, or check the one that is wanted.

    Args:
        wanted: an address of this machine, for machines in several networks; None for the network that leads out.

    Raises:
        NetworkError: the machine is in no local network, or has no such address in one.
    """
    addresses = list_private_addresses()
    if wanted is not None:
        if wanted not in [*addresses, "127.0.0.1"]:
            known = f"one of {', '.join(addresses)}" if addresses else "none, for it is in no local network"
            raise NetworkError(f"Expected an address of this machine in a local network: {known}. Received: {wanted}.")
        return wanted
    if not addresses:
        raise NetworkError(_NO_NETWORK)
    main = _find_main_address()
    return main if main in addresses else addresses[0]


def list_private_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine in local networks, in the order of its interfaces."""
    states = psutil.net_if_stats()
    return [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        if name in states and states[name].isup
        for entry in entries
        if entry.family == socket.AF_INET and _is_local(entry.address)
    ]


def list_host_names() -> list[str]:
    """Return the names under which a local network may know this machine: plain, and of multicast DNS."""
    name = socket.gethostname().split(".")[0].lower()
    return [name, f"{name}.local"] if _HOST_NAME.fullmatch(name) and name != "localhost" else []


def find_free_port(address: str, first: int = 8501, count: int = 100) -> int:
    """Return the first port of `count` that is free at an address.

    Raises:
        NetworkError: none is free.
    """
    for port in range(first, first + count):
        with suppress(OSError), socket.socket() as probe:
            if os.name != "nt":  # A port that was just given up is free; on Windows this would take one in use.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            return port
    raise NetworkError(f"All ports from {first} to {first + count - 1} are taken; choose one with --server.port PORT.")


def _find_main_address() -> str:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_SOMEWHERE_ELSE)
        return str(probe.getsockname()[0])
    return ""


def _is_local(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_private and not address.is_loopback and not address.is_unspecified
