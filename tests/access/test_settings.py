import pytest

from digitnet.access.settings import read_section, read_settings
from digitnet.errors import SettingsError


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITNET_SETTINGS", str(tmp_path / "settings.toml"))
    return tmp_path / "settings.toml"


def test_no_file_of_settings_has_no_sections(data):
    assert read_settings() == {}
    assert read_section("quotas") == {}


def test_file_in_the_data_folder_is_read(data):
    data.mkdir()
    (data / "settings.toml").write_text("[quotas]\nfiles = 3\n")
    assert read_section("quotas") == {"files": 3}


def test_file_that_was_named_has_to_exist(settings):
    with pytest.raises(SettingsError, match="does not exist"):
        read_settings()


@pytest.mark.parametrize("content", [b"[quotas", b"\xff\xfe"])
def test_file_that_is_no_toml_is_refused(settings, content):
    settings.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings()


def test_section_that_is_no_table_is_refused(settings):
    settings.write_text("quotas = 3\n")
    with pytest.raises(SettingsError, match=r"table \[quotas\]"):
        read_section("quotas")
