import time

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from digitnet.access.callers import LOCAL_OWNER, Caller
from digitnet.access.members import get_members
from digitnet.access.quotas import get_quotas
from digitnet.access.roles import Role
from digitnet.access.sign_in import get_sign_in
from digitnet.access.spending import get_spending
from digitnet.server import session_rate, visitors
from digitnet.server.session_rate import SessionRate
from tests.helpers.access_settings import SIGN_IN

HTML = {"Accept": "text/html,*/*"}


@pytest.fixture
def client():
    async def show(request):
        return PlainTextResponse("the page")

    async def talk(socket):
        await socket.accept()
        await socket.close()

    routes = [Route("/", show), Route("/app.js", show), WebSocketRoute("/_stcore/stream", talk)]
    return TestClient(SessionRate(Starlette(routes=routes)))


@pytest.fixture
def come_from(monkeypatch):
    """A function that has all requests come from an address from now on."""

    def come(address):
        monkeypatch.setattr(
            session_rate, "find_cookie_caller", lambda request: Caller(Role.READER, "browser:", address=address)
        )

    return come


def open_socket(client):
    with client.websocket_connect("/_stcore/stream"):
        pass


def test_address_that_opens_too_many_pages_is_told_when_to_reload(client, come_from, quotas):
    quotas(sessions_per_minute=2)
    come_from("203.0.113.5")
    assert client.get("/", headers=HTML).text == "the page"
    open_socket(client)
    open_socket(client)
    answer = client.get("/", headers=HTML)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.text == "Too many pages were opened from here within a minute; reload this one in 30 seconds."
    with pytest.raises(WebSocketDenialResponse) as refused:
        open_socket(client)
    assert refused.value.status_code == 429
    assert client.get("/app.js").text == "the page"


def test_other_address_opens_pages_meanwhile(client, come_from, quotas):
    quotas(sessions_per_minute=1)
    come_from("203.0.113.5")
    open_socket(client)
    come_from("203.0.113.6")
    assert client.get("/", headers=HTML).status_code == 200
    open_socket(client)


def test_owner_opens_as_many_pages_as_they_like(client, quotas, monkeypatch):
    monkeypatch.setattr(session_rate, "find_cookie_caller", lambda request: LOCAL_OWNER)
    quotas(sessions_per_minute=1)
    for _ in range(3):
        open_socket(client)
    assert client.get("/", headers=HTML).status_code == 200


def test_account_counts_for_itself_at_a_shared_address(client, tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text(f"{SIGN_IN}\n[quotas]\nsessions_per_minute = 1\n")
    monkeypatch.setenv("DIGITNET_SETTINGS", str(tmp_path / "settings.toml"))
    caches = (get_sign_in, get_members, get_quotas, get_spending)
    for cached in caches:
        cached.cache_clear()
    claims = {"is_logged_in": True, "email": "ben@kids.example", "iat": time.time()}
    monkeypatch.setattr(visitors, "read_claims", lambda cookies: claims if "user" in cookies else {})
    open_socket(client)
    assert client.get("/", headers=HTML).status_code == 429
    signed_in = HTML | {"Cookie": "user=ben"}
    assert client.get("/", headers=signed_in).status_code == 200
    with client.websocket_connect("/_stcore/stream", headers=signed_in):
        pass
    assert client.get("/", headers=signed_in).status_code == 429
    for cached in caches:
        cached.cache_clear()
