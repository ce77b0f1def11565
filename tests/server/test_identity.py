import pytest

from digitnet.access.api_keys import add_key, remove_key
from digitnet.access.roles import Role


def ask(client, path="/api/models", **headers):
    return client.get(path, headers=headers)


def test_this_machine_is_the_owner(client):
    assert ask(client).status_code == 200
    assert ask(client, "/metrics").status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"])
def test_proxy_on_this_machine_is_no_owner(name, client):
    assert ask(client, **{name: "127.0.0.1"}).status_code == 401


def test_stranger_needs_a_key(stranger):
    answer = ask(stranger)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"].startswith("Send a key in the header Authorization")


def test_open_server_lets_strangers_read_but_not_more(stranger, settings):
    settings(open=True)
    assert ask(stranger).status_code == 200
    answer = ask(stranger, "/metrics")
    assert (answer.status_code, "Only an owner may" in answer.json()["error"]) == (403, True)


def test_key_gives_its_role(stranger):
    reader, owner = (f"Bearer {add_key(role.name, role)}" for role in (Role.READER, Role.OWNER))
    assert ask(stranger, Authorization=reader).status_code == 200
    assert ask(stranger, "/metrics", Authorization=reader).status_code == 403
    assert ask(stranger, "/metrics", Authorization=owner).status_code == 200


@pytest.mark.parametrize("text", ["Bearer digitnet_mine_wrong", "Bearer ", "Basic dTpw", "", "Bearer é"])
def test_wrong_key_is_refused_even_on_this_machine(text, client):
    add_key("mine", Role.OWNER)
    assert ask(client, Authorization=text.encode("latin-1")).status_code == 401


def test_removed_key_is_refused_at_once(stranger):
    key = add_key("mine", Role.READER)
    assert ask(stranger, Authorization=f"Bearer {key}").status_code == 200
    remove_key("mine")
    assert ask(stranger, Authorization=f"Bearer {key}").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[x"},
        {"Origin": ""},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_page_of_another_site_cannot_use_the_owner(headers, client):
    for path in ("/api/models", "/metrics"):
        assert ask(client, path, **headers).status_code == 403
    assert client.post("/api/read", files={"file": b"x"}, headers=headers).status_code == 403


def test_own_page_may_ask(client):
    assert ask(client, Origin="http://localhost", **{"Sec-Fetch-Site": "same-origin"}).status_code == 200
