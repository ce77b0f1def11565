"""Define the command `app`: start the app, on this machine or for the local network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from digitnet.extras import require_extra
from digitnet.paths import ROOT, lan_dir

_DESCRIPTION = """
Start the app. Without --lan it serves this machine alone, whoever uses it being its owner. Other options are those of
`streamlit run`; to serve an address of your own, behind a proxy and with sign-in, see docs/operations.md.
"""
_LAN_HELP = """
serve everybody in the local network, phones and their cameras too, over TLS. The address, a QR code and the link
that makes your own browser the owner's are printed; all others only read. The certificate is made for this machine,
so each device warns once. ADDRESS is this machine's, for one that is in several networks
"""
_LOG_HELP = """
write a line for each reading, training and sign-in to stderr, without pictures, numbers and secrets (default: as
log_format in the file of settings says, or no such lines)
"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `app`; other options go on to `streamlit run`."""
    command.usage = (
        f"{command.prog} [--lan [ADDRESS]] [--log-format FORMAT] [--server.port PORT] [OPTION of streamlit run ...]"
    )
    command.description = _DESCRIPTION
    command.add_argument("--lan", nargs="?", const="", metavar="ADDRESS", help=_LAN_HELP)
    command.add_argument("--log-format", choices=("json", "text"), help=_LOG_HELP)
    command.set_defaults(command=_start)


def _start(options: list[str], lan: str | None, log_format: str | None) -> int:
    """Serve the pages until the process is stopped; return the exit code."""
    require_extra("app", "The command 'app'")
    from streamlit.web import cli

    from digitnet.server.logs import find_log_format

    if log_format:
        os.environ["DIGITNET_LOG_FORMAT"] = log_format
    find_log_format()  # A wrong setting is said before the server starts.
    if lan is not None:
        options = [*_open_to_network(lan or None, _find_port(options)), *options]
    cli.main(["run", str(ROOT / "app.py"), *options], standalone_mode=False)
    return 0


def _open_to_network(wanted: str | None, port: int | None) -> list[str]:
    """Prepare to serve the local network, print how to reach it, and return options for `streamlit run`.

    Raises:
        NetworkError: there is no local network, its port is taken, or the certificate cannot be saved.
    """
    from digitnet.access import owner_keys
    from digitnet.lan.addresses import choose_address, find_free_port, list_host_names
    from digitnet.lan.certificates import prepare_certificate
    from digitnet.lan.invitation import write_invitation

    address, names = choose_address(wanted), list_host_names()
    port = port or find_free_port(address)
    certificate = prepare_certificate(lan_dir(), [address, *names])
    url, *others = [f"https://{name}:{port}" for name in [address, *names]]
    owner_url = f"{url}{owner_keys.PATH}/{owner_keys.make_owner_key()}"
    encoding = sys.stdout.encoding or "ascii"
    print(write_invitation(url, others, owner_url, certificate.fingerprint, encoding), flush=True)
    settings = {
        "server.address": address,
        "server.port": str(port),
        "server.sslCertFile": str(certificate.path),
        "server.sslKeyFile": str(certificate.key),
        "browser.serverAddress": address,
        "logger.hideWelcomeMessage": "true",  # It would name addresses that are not served.
    }
    hosts = [option for host in [address, *names] for option in ("--server.allowedHosts", host)]
    return [*hosts, *(option for name, value in settings.items() for option in (f"--{name}", value))]


def _find_port(options: Sequence[str]) -> int | None:
    """Return the port that options of `streamlit run` name, None if they name none."""
    ports = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    ports.add_argument("--server.port", type=int, dest="port")
    found: int | None = ports.parse_known_args(options)[0].port
    return found
