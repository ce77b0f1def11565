import pytest


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501"])
def test_own_hosts_are_answered(host, client):
    assert client.get("/no/such/route", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
def test_foreign_host_is_refused_on_every_route(host, client):
    for path in ("/", "/no/such/route"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert answer.json()["error"].startswith("This server has another name")


def test_health_is_told_under_any_name(client):
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
