"""Start the proxy of `deploy/nginx` for the tests, on free ports, in front of servers on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.app_server import find_free_port
from digitnet.lan.certificates import prepare_certificate
from digitnet.paths import ROOT

MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include digitnet.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its addresses with and without TLS, and the file of the certificate to trust."""

    url: str
    plain_url: str
    certificate: Path


def find_nginx() -> str | None:
    """Return the path of nginx, None if it is missing."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def proxying(folder: Path, ports: Sequence[int], port: int | None = None, unit: str = "r/s") -> Iterator[Proxy]:
    """Run the proxy in front of servers of 127.0.0.1.

    Args:
        folder: new folder for its files.
        ports: ports of the servers.
        port: port for its own address, None for any that is free.
        unit: unit of the rates of requests, "r/m" for minutes instead of seconds.
    """
    program = find_nginx()
    assert program, "There is no nginx for the tests; run: make test"
    folder.mkdir()
    secure, plain = port or find_free_port(), find_free_port()
    text = (ROOT / "deploy/nginx/digitnet.conf").read_text(encoding="utf-8")
    for usual, listened in ((" 443 ", secure), (" 80;", plain)):
        line = f"listen{usual}"
        assert text.count(line) == 1
        text = text.replace(line, line.replace(usual.strip(" ;"), f"127.0.0.1:{listened}"))
    text = text.replace("r/s;", f"{unit};")
    certificate = prepare_certificate(folder / "digitnet", ["127.0.0.1", "localhost"])
    (folder / "digitnet" / "servers.conf").write_text("".join(f"server 127.0.0.1:{each};\n" for each in ports))
    (folder / "digitnet.conf").write_text(text, encoding="utf-8")
    user = "user root;" if hasattr(os, "getuid") and os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as nginx:
        try:
            wait_for_port(secure, nginx)
            yield Proxy(f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", certificate.path)
        finally:
            nginx.terminate()


def wait_for_port(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(2400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
    raise AssertionError("The proxy did not start.")


if __name__ == "__main__":
    sys.exit(0 if find_nginx() else 1)
