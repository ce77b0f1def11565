import anyio
import pytest
from starlette.requests import Request

from digitnet.access.callers import LOCAL_OWNER, Caller, acting_as
from digitnet.access.roles import Role
from digitnet.errors import QuotaError
from digitnet.server import bodies

ROBOT, OTHER = (Caller(Role.READER, f"key:{name}") for name in ("robot", "other"))

MEGABYTE = 2**20


def send_pieces(client, count, size=MEGABYTE):
    """Send a body whose size no header tells."""
    sent = []

    def make():
        for _ in range(count):
            sent.append(size)
            yield b"\0" * size

    answer = client.post("/api/read", content=make(), headers={"Content-Type": "image/png"})
    return answer, sum(sent)


def test_declared_size_is_refused_at_once(client):
    headers = {"Content-Type": "image/png", "Content-Length": str(10**12)}
    answer = client.post("/api/read", content=b"", headers=headers)
    assert answer.status_code == 413
    assert "over 40 MB" in answer.json()["error"]


def test_body_of_unknown_size_is_read_up_to_the_limit(client, monkeypatch):
    monkeypatch.setattr("digitnet.server.reading_routes.MAX_BYTES", MEGABYTE)
    answer, _ = send_pieces(client, 5)
    assert answer.status_code == 413


def test_form_is_read_up_to_the_limit(client, settings):
    settings(megabytes_at_once=1)
    answer = client.post("/api/read-batch", files=[("file", b"\0" * MEGABYTE)] * 2)
    assert answer.status_code == 413
    assert "over 1 MB" in answer.json()["error"]


def test_bodies_of_all_requests_have_a_limit(client, monkeypatch):
    monkeypatch.setattr(bodies, "_MAX_BYTES_HELD", 100)
    answer, _ = send_pieces(client, 1)
    assert answer.status_code == 503
    assert not bodies._held
    assert not bodies._requests


def receive(caller, size):
    """Begin to receive a request of so many bytes as a caller, and another action before it ends."""

    async def run(action=None):
        async def send():
            return {"type": "http.request", "body": bytes(size), "more_body": True}

        with acting_as(caller), bodies.receiving(Request({"type": "http", "headers": []}, send), MEGABYTE) as request:
            await request.receive()
            if action:
                await action()

    return run


def test_requests_of_one_caller_are_limited_from_their_first_byte(settings):
    settings(requests_at_once=1)

    async def ask_again():
        await receive(OTHER, 1)()
        await receive(LOCAL_OWNER, 1)(receive(LOCAL_OWNER, 1))
        with pytest.raises(QuotaError, match="At most 1 requests of yours"):
            await receive(ROBOT, 1)()

    anyio.run(receive(ROBOT, 1), ask_again)
    anyio.run(receive(ROBOT, 1))
    assert not bodies._requests


def test_bodies_of_one_caller_have_half_of_the_room(settings, monkeypatch):
    monkeypatch.setattr(bodies, "_MAX_BYTES_HELD", 2 * MEGABYTE)

    async def send_more():
        with pytest.raises(QuotaError, match="At most 1 MB of yours"):
            await receive(ROBOT, MEGABYTE // 2)()
        await receive(OTHER, MEGABYTE)()
        await receive(LOCAL_OWNER, MEGABYTE)()

    anyio.run(receive(ROBOT, MEGABYTE * 3 // 4), send_more)
    assert not bodies._held
