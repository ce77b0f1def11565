import pytest

from digitnet.errors import SettingsError
from digitnet.server.api_settings import ApiSettings, get_api_settings


def test_missing_file_gives_the_defaults(settings):
    assert get_api_settings() == ApiSettings()
    assert not get_api_settings().open


def test_settings_are_read(settings):
    settings(open=True, seconds=5)
    assert get_api_settings() == ApiSettings(open=True, seconds=5)


@pytest.mark.parametrize(("name", "value"), [("open", 1), ("seconds", 0), ("seconds", True), ("closed", True)])
def test_wrong_setting_is_explained(name, value, settings):
    settings(**{name: value})
    with pytest.raises(SettingsError, match=rf"'{name}' in \[api\]"):
        get_api_settings()


def test_wrong_setting_is_kept_from_those_who_ask(stranger, settings):
    settings(seconds=0)
    answer = stranger.get("/api/models")
    assert (answer.status_code, "settings" in answer.text) == (500, False)
