"""The service of systemd starts the app with what it knows, on the ports that the proxy asks."""

import re

import pytest
from streamlit.web import cli

from digitnet.cli.main import run_command
from digitnet.paths import ROOT
from tests.helpers.documents import find_unknown_variables

UNIT = (ROOT / "deploy" / "digitnet@.service").read_text(encoding="utf-8")
PORTS = re.findall(r"digitnet@(\d+)", UNIT)


def test_proxy_asks_the_ports_of_the_services():
    servers = (ROOT / "deploy" / "nginx" / "servers.conf").read_text(encoding="utf-8")
    assert re.findall(r"^server 127\.0\.0\.1:(\d+);$", servers, re.MULTILINE) == PORTS


@pytest.mark.parametrize("port", PORTS)
def test_service_starts_the_app_on_its_port(port, data, monkeypatch):
    started = []
    monkeypatch.setattr(cli, "main", lambda options, standalone_mode: started.append(options))
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "")  # So that it is taken back after the test.
    command = re.search(r"^ExecStart=\S+/digitnet (.+)$", UNIT, re.MULTILINE)[1].replace("%i", port)
    assert run_command(command.split()) == 0
    assert started[0][2:] == ["--server.port", port]


def test_variables_of_the_service_exist():
    assert find_unknown_variables(UNIT) == []


def test_service_writes_to_its_state_alone():
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=digitnet", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in UNIT
    assert re.findall(r"DIGITNET_(?:DATA|MODELS)=(\S+)", UNIT) == ["%S/digitnet/data", "%S/digitnet/models"]
