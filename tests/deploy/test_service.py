"""The services of systemd start the app on the ports that the proxy asks, and the worker of trainings beside it."""

import re

import pytest
from streamlit.web import cli

from digitnet.cli import main
from digitnet.cli.main import run_command
from digitnet.paths import ROOT
from tests.helpers.documents import find_unknown_variables

UNIT = (ROOT / "deploy" / "digitnet@.service").read_text(encoding="utf-8")
WORK_UNIT = (ROOT / "deploy" / "digitnet-work.service").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("unit", [UNIT, WORK_UNIT], ids=["app", "work"])
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


def test_trainings_are_left_to_a_service_of_their_own():
    assert "DIGITNET_TRAININGS=worker" in UNIT
    command = re.search(r"^ExecStart=\S+/digitnet (.+)$", WORK_UNIT, re.MULTILINE)[1]
    assert vars(main._build_parser().parse_args(command.split()))["log_format"] == "json"


@BOTH
def test_variables_of_the_service_exist(unit):
    assert find_unknown_variables(unit) == []


@BOTH
def test_service_goes_on_when_a_process_of_it_needs_too_much_memory(unit):
    assert "\nOOMPolicy=continue\n" in unit


@BOTH
def test_service_writes_to_its_state_alone(unit):
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=digitnet", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in unit
    assert re.findall(r"DIGITNET_(?:DATA|MODELS)=(\S+)", unit) == ["%S/digitnet/data", "%S/digitnet/models"]
