import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from digitnet.access import owner_keys
from digitnet.server.base_path import get_base_path
from digitnet.server.middleware import list_middleware
from digitnet.server.routes import list_routes


@pytest.fixture
def base(monkeypatch):
    """The option that puts the pages below a path."""
    get_option = config.get_option
    monkeypatch.setattr(
        config, "get_option", lambda name: "/digits/" if name == "server.baseUrlPath" else get_option(name)
    )


def test_pages_lie_at_the_root_by_default():
    assert get_base_path() == ""


def test_routes_lie_below_the_path_of_the_pages(base, settings):
    app = Starlette(routes=list_routes(), middleware=list_middleware())
    client = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000))
    for path in ("/healthz", "/api/models", "/metrics"):
        assert client.get(f"/digits{path}").status_code == 200
        assert client.get(path).status_code == 404
    assert client.get("/digits/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
    assert client.get("/digits/api/openapi.json").json()["servers"] == [{"url": "/digits"}]


def test_owner_link_leads_to_the_path_of_the_pages(base, settings, monkeypatch):
    monkeypatch.setattr(owner_keys, "_key", "")
    monkeypatch.setattr(owner_keys, "_cookie", "")
    client = TestClient(Starlette(routes=list_routes()), base_url="http://localhost")
    answer = client.get(f"/digits/owner/{owner_keys.make_owner_key()}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/digits/")
