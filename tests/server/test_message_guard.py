import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from streamlit.proto.BackMsg_pb2 import BackMsg

from digitnet.server.message_guard import MessageGuard

OF_PAGES = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
SHARED = ["clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"]


async def echo(websocket):
    """Send back what comes, until "end"."""
    await websocket.accept()
    while (content := await websocket.receive_bytes()) != b"end":
        await websocket.send_bytes(content)
    await websocket.send_bytes(b"end")
    await websocket.close()


def list_passed(address, *messages):
    """Return the messages that come through from a browser at an address."""
    app = Starlette(routes=[WebSocketRoute("/", echo)], middleware=[Middleware(MessageGuard)])
    with (
        TestClient(app, base_url="http://localhost", client=(address, 50000)) as client,
        client.websocket_connect("/", headers={"host": "localhost"}) as websocket,
    ):
        for content in (*messages, b"end"):
            websocket.send_bytes(content)
        return list(iter(websocket.receive_bytes, b"end"))


def make(kind):
    message = BackMsg()
    value = getattr(message, kind)
    if hasattr(value, "SetInParent"):
        value.SetInParent()
    else:
        setattr(message, kind, type(value)(1))
    return message.SerializeToString()


@pytest.mark.parametrize("kind", SHARED)
def test_message_about_the_server_is_the_owners(kind, data):
    rerun = make("rerun_script")
    assert list_passed("192.0.2.7", rerun, make(kind), rerun) == [rerun, rerun]
    assert list_passed("127.0.0.1", make(kind)) == [make(kind)]


@pytest.mark.parametrize("kind", [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields])
def test_messages_of_pages_pass_and_no_others(kind, data):
    assert bool(list_passed("192.0.2.7", make(kind))) == (kind in OF_PAGES)


def test_broken_message_is_left_to_streamlit(data):
    assert list_passed("192.0.2.7", b"\xff\xff") == [b"\xff\xff"]
