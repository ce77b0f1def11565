import socket
from types import SimpleNamespace

import pytest

from digitnet.errors import NetworkError
from digitnet.lan import addresses


@pytest.fixture
def interfaces(monkeypatch):
    """A function that gives this machine other interfaces: address by name; those in `down` are not connected."""

    def give(found, main="", down=()):
        entries = {name: [SimpleNamespace(family=socket.AF_INET, address=address)] for name, address in found.items()}
        states = {name: SimpleNamespace(isup=name not in down) for name in found}
        monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: entries)
        monkeypatch.setattr(addresses.psutil, "net_if_stats", lambda: states)
        monkeypatch.setattr(addresses, "_find_main_address", lambda: main)

    return give


def test_address_of_the_network_that_leads_out_is_chosen(interfaces):
    interfaces({"lo": "127.0.0.1", "docker0": "172.17.0.1", "wlan0": "192.168.1.5"}, main="192.168.1.5")
    assert addresses.choose_address() == "192.168.1.5"


def test_first_address_is_chosen_without_a_way_out(interfaces):
    interfaces({"lo": "127.0.0.1", "wlan0": "192.168.1.5", "eth0": "10.0.0.5"})
    assert addresses.choose_address() == "192.168.1.5"


def test_public_address_is_not_chosen(interfaces):
    interfaces({"eth0": "9.9.9.9", "eth1": "10.0.0.5"}, main="9.9.9.9")
    assert addresses.choose_address() == "10.0.0.5"
    with pytest.raises(NetworkError, match=r"one of 10\.0\.0\.5\. Received: 9\.9\.9\.9"):
        addresses.choose_address("9.9.9.9")


@pytest.mark.parametrize("down", [("wlan0",), ()])
def test_machine_without_a_network_is_told_in_a_sentence(down, interfaces):
    interfaces({"lo": "127.0.0.1"} | ({"wlan0": "192.168.1.5"} if down else {}), down=down)
    with pytest.raises(NetworkError, match="in no local network; connect it to one, or start the app without --lan"):
        addresses.choose_address()


def test_wanted_address_has_to_be_of_this_machine(interfaces):
    interfaces({"wlan0": "192.168.1.5", "eth0": "10.0.0.5"}, main="10.0.0.5")
    assert addresses.choose_address("192.168.1.5") == "192.168.1.5"
    with pytest.raises(NetworkError, match=r"one of 192\.168\.1\.5, 10\.0\.0\.5"):
        addresses.choose_address("192.168.1.6")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("table", ["table", "table.local"]),
        ("Table.example.org", ["table", "table.local"]),
        ("localhost", []),
        ("my_table", []),
    ],
)
def test_host_names_are_those_of_certificates(name, names, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    assert addresses.list_host_names() == names


def test_taken_ports_are_passed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert addresses.find_free_port("127.0.0.1", port, 30) > port
        with pytest.raises(NetworkError, match=r"--server\.port"):
            addresses.find_free_port("127.0.0.1", port, 1)
