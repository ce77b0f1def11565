import pytest

from digitnet.access.sign_in import get_sign_in
from digitnet.errors import SettingsError
from tests.helpers.access_settings import COOKIE_SECRET, SIGN_IN


def test_no_section_means_no_sign_in(write_settings):
    write_settings(sign_in="")
    assert get_sign_in() is None


def test_section_becomes_the_secrets_of_streamlit(write_settings):
    write_settings()
    secrets = get_sign_in().to_secrets()["auth"]
    assert secrets["cookie_secret"] == COOKIE_SECRET
    assert secrets["redirect_uri"] == "https://digits.example/oauth2callback"


def test_sign_in_holds_for_twelve_hours_unless_set(write_settings):
    write_settings()
    assert get_sign_in().hours == 12
    write_settings("hours = 1.5\n")
    assert get_sign_in().hours == 1.5


@pytest.mark.parametrize("key", ["client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret"])
def test_missing_setting_is_named(key, write_settings):
    write_settings(sign_in="\n".join(line for line in SIGN_IN.splitlines() if not line.startswith(key)))
    with pytest.raises(SettingsError, match=rf"\[sign_in\] {key}"):
        get_sign_in()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (COOKIE_SECRET, "short"),
        ("https://digits.example/oauth2callback", "https://digits.example/"),
        ("https://digits.example/oauth2callback", "http://digits.example/oauth2callback"),
        ("https://id.example", "http://id.example"),
        ("client_id", "clientid"),
        (f'"{COOKIE_SECRET}"', "7"),
    ],
)
def test_unsafe_setting_is_refused_without_its_value(old, new, write_settings):
    write_settings(sign_in=SIGN_IN.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        get_sign_in()
    assert COOKIE_SECRET not in str(caught.value)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("hours", ["0", "-1", "800", "true", '"12"', "nan"])
def test_wrong_hours_are_refused(hours, write_settings):
    write_settings(f"hours = {hours}\n")
    with pytest.raises(SettingsError, match="hours"):
        get_sign_in()


def test_secrets_are_not_in_the_text_of_the_settings(write_settings):
    write_settings()
    assert COOKIE_SECRET not in f"{get_sign_in()!r} {get_sign_in()}"
