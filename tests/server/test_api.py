import pytest

from digitnet.events import EVENTS, noting_reading
from digitnet.server import figures
from tests.helpers.samples import SAMPLES


@pytest.fixture
def counting():
    """The figures count what pages note."""
    handlers, level = list(EVENTS.handlers), EVENTS.level
    figures.count_readings_of_pages()
    yield
    EVENTS.handlers = handlers
    EVENTS.setLevel(level)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/read"), ("DELETE", "/api/models"), ("POST", "/metrics")])
def test_other_method_is_explained(method, path, client):
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.json()["error"] == f"Send a {answer.headers['Allow']} to {path}."


def test_unknown_route_is_explained(client):
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.json()["error"][:26]) == (404, "There is no such route; /a")


def test_models_are_listed_with_their_figures(client):
    models = client.get("/api/models").json()["models"]
    assert [(model["name"], model["active"]) for model in models] == [("cnn", True), ("mlp", False)]
    assert models[0]["accuracy"] > 0.99


def test_answers_and_refusals_are_kept_nowhere(client, stranger):
    for asking, path in ((client, "/api/models"), (client, "/metrics"), (stranger, "/api/models")):
        assert asking.get(path).headers["Cache-Control"] == "no-store"


def test_figures_count_requests_readings_and_digits(client):
    def find(name):
        lines = client.get("/metrics").text.splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), 0.0)

    names = (
        'digitnet_requests_total{route="/api/read",status="200"}',
        'digitnet_readings_total{source="api"}',
        'digitnet_digits_total{source="api"}',
    )
    before = [find(name) for name in names]
    content = (SAMPLES / "even.jpg").read_bytes()
    assert client.post("/api/read", content=content, headers={"Content-Type": "image/jpeg"}).status_code == 200
    assert [find(name) - value for name, value in zip(names, before, strict=True)] == [1, 1, 10]
    assert find("digitnet_workers ") >= 2
    assert find("digitnet_workers_busy") == 0


def test_readings_of_pages_are_counted(client, counting):
    def find():
        line = 'digitnet_readings_total{source="drawing"} '
        return [float(text.split()[1]) for text in client.get("/metrics").text.splitlines() if text.startswith(line)]

    counts = []
    for _ in range(2):
        with noting_reading("drawing", "cnn") as describe:
            describe((20, 10), 3)
        counts += find()
    assert counts[1] == counts[0] + 1
