"""Each route beside the pages refuses whoever may not ask it; a new one has to, or to be named here."""

import pytest
from starlette.routing import Mount

from digitnet.access.members import get_members
from digitnet.access.sign_in import get_sign_in
from digitnet.server.routes import list_routes

# They tell nothing about people or models, take a key, or answer that there is no such route.
FREE = {"/healthz", "/owner/{key}", "/api/openapi.json", "/api/{path:path}"}


def list_paths(routes, start=""):
    for route in routes:
        if isinstance(route, Mount):
            yield from list_paths(route.routes, start + route.path)
        else:
            yield start + route.path


GUARDED = sorted(set(list_paths(list_routes())) - FREE)


@pytest.fixture
def readers_are_named(tmp_path, monkeypatch, settings):
    """Let only those who sign in read, and programs ask without a key."""
    settings(open=True)
    text = (tmp_path / "settings.toml").read_text()
    (tmp_path / "settings.toml").write_text(text + "[roles]\nreaders = []\n")
    for read in (get_sign_in, get_members):
        read.cache_clear()
    yield
    for read in (get_sign_in, get_members):
        read.cache_clear()


def test_all_routes_that_are_free_exist():
    assert set(list_paths(list_routes())) >= FREE
    assert "/api/read" in GUARDED


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_route_refuses_strangers(path, method, stranger):
    assert stranger.request(method, path).status_code in (401, 403, 405)


@pytest.mark.parametrize("path", GUARDED)
def test_open_api_refuses_those_who_may_not_read(path, readers_are_named, stranger):
    codes = {stranger.request(method, path).status_code for method in ("GET", "POST")}
    assert codes <= {403, 405}
    assert 403 in codes


def test_figures_are_the_owners_alone(settings, stranger):
    settings(open=True)
    assert stranger.get("/api/models").status_code == 200
    assert stranger.get("/metrics").status_code == 403
