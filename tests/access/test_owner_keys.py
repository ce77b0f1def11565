import pytest

from digitnet.access import owner_keys


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.setattr(owner_keys, "_key", "")
    monkeypatch.setattr(owner_keys, "_cookie", "")


def test_key_gives_a_cookie_that_is_not_the_key():
    key = owner_keys.make_owner_key()
    cookie = owner_keys.find_owner_cookie(key)
    assert cookie != key
    assert owner_keys.is_owner_cookie(cookie)
    assert not owner_keys.is_owner_cookie(key)


@pytest.mark.parametrize("text", ["", "x", "ключ", None])
def test_other_texts_are_no_keys_and_no_cookies(text):
    owner_keys.make_owner_key()
    assert owner_keys.find_owner_cookie(text or "") is None
    assert not owner_keys.is_owner_cookie(text)


@pytest.mark.parametrize("text", ["", None])
def test_server_without_a_key_has_no_owner(text):
    assert owner_keys.find_owner_cookie(text or "") is None
    assert not owner_keys.is_owner_cookie(text)


def test_new_key_ends_the_one_before():
    key = owner_keys.make_owner_key()
    cookie = owner_keys.find_owner_cookie(key)
    owner_keys.make_owner_key()
    assert owner_keys.find_owner_cookie(key) is None
    assert not owner_keys.is_owner_cookie(cookie)
