import pytest

from tests.helpers.samples import SAMPLES


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


def test_figures_count_requests_readings_and_digits(client):
    def find(name):
        lines = client.get("/metrics").text.splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), 0.0)

    names = (
        'digitnet_requests_total{route="/api/read",status="200"}',
        "digitnet_readings_total",
        "digitnet_digits_total",
    )
    before = [find(name) for name in names]
    content = (SAMPLES / "even.jpg").read_bytes()
    assert client.post("/api/read", content=content, headers={"Content-Type": "image/jpeg"}).status_code == 200
    assert [find(name) - value for name, value in zip(names, before, strict=True)] == [1, 1, 10]
    assert find("digitnet_workers ") >= 2
    assert find("digitnet_workers_busy") == 0
