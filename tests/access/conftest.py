"""A file of settings for tests, and what was read of it."""

import pytest

from digitnet.access.members import get_members
from digitnet.access.sign_in import get_sign_in
from tests.helpers.access_settings import SIGN_IN


@pytest.fixture(autouse=True)
def fresh_settings():
    """Forget what was read of the file of settings, before a test and after it."""
    for read in (get_sign_in, get_members):
        read.cache_clear()
    yield
    for read in (get_sign_in, get_members):
        read.cache_clear()


@pytest.fixture
def write_settings(tmp_path, monkeypatch, data):
    """A function that writes the file of settings, by default one with sign-in."""

    def write(text="", sign_in=SIGN_IN):
        path = tmp_path / "settings.toml"
        path.write_text(sign_in + text, encoding="utf-8")
        monkeypatch.setenv("DIGITNET_SETTINGS", str(path))
        fresh = (get_sign_in, get_members)
        for read in fresh:
            read.cache_clear()

    return write
