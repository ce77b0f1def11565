import os
import ssl

import pytest
from streamlit.web import cli

from digitnet.cli.main import run_command
from digitnet.lan import addresses


@pytest.fixture
def started(monkeypatch):
    """The options with which `streamlit run` was called."""
    calls = []
    monkeypatch.setattr(cli, "main", lambda options, standalone_mode: calls.append(options))
    return calls


def list_values(options, name):
    return [options[place + 1] for place, option in enumerate(options) if option == f"--{name}"]


def test_app_hands_options_on(started):
    assert run_command(["app", "--server.port", "8600"]) == 0
    assert started[0][2:] == ["--server.port", "8600"]


def test_local_network_is_served_by_its_names_alone(started, data, monkeypatch, capsys):
    monkeypatch.setattr(addresses.socket, "gethostname", lambda: "table")
    assert run_command(["app", "--lan", "127.0.0.1", "--server.port", "8600"]) == 0
    assert list_values(started[0], "server.allowedHosts") == ["127.0.0.1", "table", "table.local"]
    assert list_values(started[0], "server.address") == ["127.0.0.1"]
    assert set(list_values(started[0], "server.port")) == {"8600"}
    certificate, key = (list_values(started[0], f"server.ssl{part}File")[0] for part in ("Cert", "Key"))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    assert str(data) in certificate
    assert "https://127.0.0.1:8600/owner/" in capsys.readouterr().out


def test_owner_key_is_in_no_option(started, data, capsys):
    run_command(["app", "--lan", "127.0.0.1"])
    key = capsys.readouterr().out.split("/owner/")[1].split()[0]
    assert len(key) >= 32
    assert not any(key in option for option in started[0])  # Everybody on the machine can list them.


def test_machine_without_a_network_starts_no_server(started, monkeypatch, capsys):
    monkeypatch.setattr(addresses, "list_private_addresses", list)
    assert run_command(["app", "--lan"]) == 1
    assert "digitnet: This machine is in no local network; connect it to one" in capsys.readouterr().err
    assert started == []


def test_log_format_is_a_setting_of_the_server(started, data, monkeypatch, capsys):
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "")  # So that it is taken back after the test.
    assert run_command(["app", "--log-format", "json"]) == 0
    assert os.environ["DIGITNET_LOG_FORMAT"] == "json"
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "xml")
    assert run_command(["app"]) == 1
    assert "Expected json or text" in capsys.readouterr().err
    assert len(started) == 1
