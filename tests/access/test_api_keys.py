import json
import stat
import sys
from datetime import UTC, datetime, timedelta

import pytest

from digitnet.access import api_keys
from digitnet.access.api_keys import add_key, find_key_holder, list_keys, remove_key
from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.errors import AccessError, SettingsError


def test_key_tells_its_holder(data):
    reader, owner = add_key("reader", Role.READER), add_key("boss", Role.OWNER)
    assert find_key_holder(reader) == Caller(Role.READER, "key:reader")
    assert find_key_holder(owner) == Caller(Role.OWNER, "key:boss", None)
    assert find_key_holder(reader + "x") is None
    assert find_key_holder("") is None


def test_file_holds_no_key_and_is_private(data):
    key = add_key("mine", Role.OWNER)
    path = data / "api_keys.json"
    assert key.split("_")[-1] not in path.read_text()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_equal_roles_have_different_salts(data):
    add_key("a", Role.READER)
    add_key("b", Role.READER)
    assert len({key.salt for key in list_keys()}) == 2


def test_key_is_void_after_its_days(data, monkeypatch):
    key = add_key("short", Role.READER, days=1)
    assert find_key_holder(key)

    class Tomorrow(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.now(UTC) + timedelta(days=1, seconds=2)

    monkeypatch.setattr(api_keys, "datetime", Tomorrow)
    assert find_key_holder(key) is None
    assert list_keys()[0].is_expired


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [
        ("taken", None, "There is a key called 'taken'"),
        ("a b", None, "Use only letters"),
        ("", None, "Use only letters"),
        ("under_score", None, "Use only letters"),
        ("new", 0, "Expected days above 0"),
        ("new", float("nan"), "Expected days above 0"),
    ],
)
def test_wrong_name_or_days_are_explained(name, days, sentence, data):
    add_key("taken", Role.READER)
    with pytest.raises(AccessError, match=sentence):
        add_key(name, Role.READER, days)
    assert len(list_keys()) == 1


def test_removed_key_is_void(data):
    key, other = add_key("mine", Role.READER), add_key("other", Role.READER)
    remove_key("mine")
    assert find_key_holder(key) is None
    assert find_key_holder(other)
    with pytest.raises(AccessError, match="There is no key called 'mine'; there are: other"):
        remove_key("mine")


@pytest.mark.parametrize("content", ["{", "[1]", '[{"name": "x"}]', "7", '[{"role": "king"}]'])
def test_damaged_file_lets_nobody_in(content, data):
    key = add_key("mine", Role.OWNER)
    entries = json.loads((data / "api_keys.json").read_text())
    if content == '[{"role": "king"}]':
        content = json.dumps([{**entries[0], "role": "king"}])
    (data / "api_keys.json").write_text(content + " ")
    with pytest.raises(SettingsError, match="cannot be read"):
        find_key_holder(key)
