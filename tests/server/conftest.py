"""Clients of the server's routes, in this process."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from digitnet.server import api_settings
from digitnet.server.middleware import list_middleware
from digitnet.server.routes import list_routes


@pytest.fixture
def settings(tmp_path, monkeypatch, data):
    """A function that writes the section [api] of the file of settings."""

    def write(**values: bool | int) -> None:
        path = tmp_path / "settings.toml"
        path.write_text("[api]\n" + "".join(f"{name} = {str(value).lower()}\n" for name, value in values.items()))
        monkeypatch.setenv("DIGITNET_SETTINGS", str(path))
        api_settings.get_api_settings.cache_clear()

    api_settings.get_api_settings.cache_clear()
    yield write
    api_settings.get_api_settings.cache_clear()


def open_client(address: str, host: str = "localhost") -> Iterator[TestClient]:
    app = Starlette(routes=list_routes(), middleware=list_middleware())
    with TestClient(app, base_url=f"http://{host}", client=(address, 50000)) as client:
        yield client


@pytest.fixture
def client(settings) -> Iterator[TestClient]:
    """A client on this machine."""
    yield from open_client("127.0.0.1")


@pytest.fixture
def stranger(settings) -> Iterator[TestClient]:
    """A client on another machine."""
    yield from open_client("192.0.2.7")
