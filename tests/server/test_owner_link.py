import pytest

from digitnet.access import owner_keys


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setattr(owner_keys, "_key", "")
    monkeypatch.setattr(owner_keys, "_cookie", "")
    return owner_keys.make_owner_key()


def test_use_of_the_link_is_noted(client, key, caplog):
    with caplog.at_level("INFO", "digitnet.events"):
        client.get("/owner/wrong", follow_redirects=False)
        client.get(f"/owner/{key}", follow_redirects=False)
    (record,) = caplog.records
    assert (record.message, record.facts) == ("sign-in", {"account": "", "role": "owner"})


def test_link_gives_the_cookie_and_leads_to_the_pages(client, key):
    answer = client.get(f"https://localhost/owner/{key}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert owner_keys.is_owner_cookie(client.cookies[owner_keys.COOKIE])
    flags = answer.headers["set-cookie"].lower()
    assert all(flag in flags for flag in ("httponly", "samesite=strict", "; secure"))
    assert key not in answer.headers["set-cookie"]


@pytest.mark.parametrize("wrong", ["x", "%D0%BA", "..%2f"])
def test_wrong_key_gives_no_cookie(wrong, client, key):
    answer = client.get(f"/owner/{wrong}", follow_redirects=False)
    assert answer.status_code != 303
    assert "set-cookie" not in answer.headers


def test_server_without_a_key_gives_no_cookie(client, key, monkeypatch):
    monkeypatch.setattr(owner_keys, "_key", "")
    answer = client.get(f"/owner/{key}", follow_redirects=False)
    assert answer.status_code == 403
    assert "terminal of this server" in answer.text
