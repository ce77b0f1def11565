"""The app runs for the hosts that it knows, whatever a browser is told of an address."""

import base64
import http.client
import os
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from digitnet.paths import ROOT
from tests.browser.app_server import serving


def shake_hands(address, host, origin=None):
    """Ask for the websocket that runs the app, under a host's name; return the status, 101 if it is granted."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=300)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    headers = {
        "Host": f"{host}:{parts.port}",
        "Origin": f"http://{origin or host}:{parts.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_served(host, address):
    assert shake_hands(address, host) == 101


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.0.1"])
def test_rebound_host_is_refused(host, address):
    assert shake_hands(address, host) == 403


def test_rebound_host_gets_no_page(address):
    request = urllib.request.Request(address, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=300)


def test_foreign_origin_is_refused(address):
    assert shake_hands(address, "127.0.0.1", "evil.example") == 403


def test_operator_names_the_hosts(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "localhost digits.example.org")
    with serving(tmp_path_factory, ROOT / "models", tmp_path_factory.mktemp("data")) as address:
        assert shake_hands(address, "digits.example.org") == 101
        assert shake_hands(address, "localhost") == 101
        assert shake_hands(address, "127.0.0.1") == 403
