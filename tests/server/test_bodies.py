from digitnet.server import bodies

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
    assert bodies._held == 0
