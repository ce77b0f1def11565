import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import config, net_util

from digitnet.server.middleware import list_middleware

OWN = [None, "http://localhost"]
FOREIGN = ["http://evil.example", "https://localhost.evil.example", "null", "http://localhost:81", "http://[", ""]


async def answer(_request):
    return PlainTextResponse("done")


async def talk(socket):
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


@pytest.fixture
def server():
    routes = [Route("/change", answer, methods=["GET", "POST", "PUT", "DELETE"]), WebSocketRoute("/talk", talk)]
    return TestClient(Starlette(routes=routes, middleware=list_middleware()), base_url="http://localhost")


def describe(origin):
    return {} if origin is None else {"Origin": origin}


@pytest.mark.parametrize("origin", OWN)
def test_own_pages_and_programs_may_change(origin, server):
    assert server.post("/change", headers=describe(origin)).text == "done"
    with server.websocket_connect("ws://localhost/talk", headers=describe(origin)) as socket:
        assert socket.receive_text() == "hello"


@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_pages_may_not_change(origin, server):
    for method in ("POST", "PUT", "DELETE"):
        assert server.request(method, "/change", headers=describe(origin)).status_code == 403


@pytest.mark.parametrize("origin", FOREIGN)
def test_websocket_of_foreign_pages_is_refused(origin, server, monkeypatch):
    monkeypatch.setattr(net_util, "get_external_ip", lambda: pytest.fail("A server outside was asked."))
    with (
        pytest.raises(WebSocketDisconnect),
        server.websocket_connect("ws://localhost/talk", headers=describe(origin)) as socket,
    ):
        socket.receive_text()


def test_operator_names_other_origins(server, monkeypatch):
    real = config.get_option
    allowed = ["https://school.example"]
    monkeypatch.setattr(
        config, "get_option", lambda name: allowed if name == "server.corsAllowedOrigins" else real(name)
    )
    assert server.post("/change", headers={"Origin": "https://school.example"}).text == "done"


def test_foreign_pages_may_link_here(server):
    assert server.get("/change", headers={"Origin": "http://evil.example"}).text == "done"
