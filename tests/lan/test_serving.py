"""`digitnet app --lan` serves a network: everybody reads, and who has the link of the terminal is the owner."""

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

import httpx
import pytest

from benchmarks.app_server import find_free_port
from digitnet.lan.addresses import list_host_names
from digitnet.paths import ROOT


@dataclass
class Network:
    """A running server: what its terminal shows, its port, and a client that trusts its certificate."""

    terminal: str
    port: int
    client: httpx.Client

    def find_status(self, path, host, **settings):
        headers = {"Host": f"{host}:{self.port}"}
        return self.client.get(path, headers=headers, **settings).status_code


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lan")
    port = find_free_port()
    command = [sys.executable, "-m", "digitnet", "app", "--lan", "127.0.0.1", "--server.port", str(port)]
    environment = {**os.environ, "DIGITNET_DATA": str(folder), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    environment.pop("DIGITNET_DATABASE_URL", None)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment) as server,
    ):
        try:
            wait_for(port, server)
            url, certificate = f"https://127.0.0.1:{port}", folder / "lan" / "certificate.pem"
            with httpx.Client(base_url=url, verify=str(certificate), timeout=300) as client:
                yield Network((folder / "log").read_text(encoding="utf-8"), port, client)
        finally:
            server.terminate()


def wait_for(port, server):
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


def test_devices_open_the_pages_over_tls(network):
    assert network.client.get("/").status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{network.port}/", timeout=300)


@pytest.mark.parametrize("name", list_host_names())
def test_devices_know_the_machine_by_its_names(name, network):
    assert network.find_status("/", name) == 200


def test_other_names_are_refused(network):
    assert network.find_status("/", "192.168.99.99") == 403


def test_terminal_shows_addresses_and_the_owners_link(network):
    assert f"https://127.0.0.1:{network.port}\n" in network.terminal
    assert "█" in network.terminal
    assert "Network URL" not in network.terminal  # Streamlit would name addresses that are not served.
    assert network.terminal.count("/owner/") == 1


@pytest.mark.skipif(not list_host_names(), reason="This machine has no name of its own")
def test_everybody_reads_and_the_link_makes_an_owner(network):
    name = list_host_names()[0]
    assert network.find_status("/metrics", name) in (401, 403)
    assert network.find_status("/owner/wrong", name) == 403
    link = re.search(r"https://\S+(/owner/\S+)", network.terminal)[1]
    answer = network.client.get(link, headers={"Host": f"{name}:{network.port}"})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    assert network.find_status("/metrics", name, cookies=answer.cookies) == 200
    network.client.cookies.clear()
    assert network.find_status("/metrics", name) in (401, 403)
