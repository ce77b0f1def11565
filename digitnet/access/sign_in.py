"""Read how people sign in: the section [sign_in] of the file of settings, for OpenID Connect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from digitnet.access.checked import check_keys, reject, require_text
from digitnet.access.settings import read_section

_CALLBACK_PATH = "/oauth2callback"
_LEAST_SECRET_CHARACTERS = 32
_USUAL_HOURS = 12.0
_MOST_HOURS = 24.0 * 30  # Streamlit's cookie lives that long.
_KEYS = {"client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret", "hours"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class SignIn:
    """How people sign in.

    Attributes:
        client_id: name of this server at the provider of identities.
        client_secret: password of this server there.
        server_metadata_url: address of the provider's description.
        redirect_uri: address of this server to which the provider leads back.
        cookie_secret: secret that signs cookies.
        hours: time after which somebody has to sign in again.
    """

    client_id: str
    client_secret: str
    server_metadata_url: str
    redirect_uri: str
    cookie_secret: str
    hours: float = _USUAL_HOURS

    def __repr__(self) -> str:
        """Return the name of the class alone: secrets must not get into a log."""
        return "SignIn(...)"

    def to_secrets(self) -> dict[str, Any]:
        """Return the settings as Streamlit takes them for `st.login`."""
        keys = ("client_id", "client_secret", "server_metadata_url", "redirect_uri", "cookie_secret")
        return {"auth": {key: getattr(self, key) for key in keys}}


@cache
def get_sign_in() -> SignIn | None:
    """Return how people sign in, None if that is not set up; a change holds after a restart.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    section = read_section("sign_in")
    return parse_sign_in(section) if section else None


def parse_sign_in(section: dict[str, Any]) -> SignIn:
    """Return the settings of a section [sign_in]; raises SettingsError."""
    check_keys(section, "sign_in", _KEYS)
    texts = {key: require_text(section, "sign_in", key) for key in sorted(_KEYS - {"hours"})}
    if len(texts["cookie_secret"]) < _LEAST_SECRET_CHARACTERS:
        raise reject("[sign_in] cookie_secret", f"at least {_LEAST_SECRET_CHARACTERS} random characters")
    if not texts["redirect_uri"].endswith(_CALLBACK_PATH) or not _is_safe(texts["redirect_uri"]):
        raise reject("[sign_in] redirect_uri", f"an https address of this server that ends in {_CALLBACK_PATH}")
    if not _is_safe(texts["server_metadata_url"]):
        raise reject("[sign_in] server_metadata_url", "an https address")
    hours = section.get("hours", _USUAL_HOURS)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= _MOST_HOURS:
        raise reject("[sign_in] hours", f"a number above 0 and at most {_MOST_HOURS:g}")
    return SignIn(**texts, hours=float(hours))


def _is_safe(address: str) -> bool:
    """Return whether nobody between can read what is sent to an address: it is of TLS, or of this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )
