"""Sign in to a real server by a real provider of identities on loopback, as a browser does, without a browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from benchmarks.load_session import Run, Session
from digitnet.paths import ROOT
from tests.helpers.access_settings import COOKIE_SECRET

_HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """A browser without pages: it keeps cookies, and opens sessions with them.

    Attributes:
        url: address of the server.
        client: sends its requests, without following redirects.
        headers: headers that something between adds to all of its requests, such as a proxy.
    """

    url: str
    client: httpx.Client
    headers: dict[str, str]

    @classmethod
    @contextmanager
    def opened(cls, url: str, headers: dict[str, str] | None = None, verify: object = True) -> Iterator[Browser]:
        """Open a browser, and the first page with it."""
        headers = headers or {}
        with httpx.Client(headers=headers, timeout=300, verify=verify) as client:  # type: ignore[arg-type]
            client.get(url, headers=_HTML).raise_for_status()
            yield cls(url, client, headers)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it would send to the server."""
        return dict(self.client.cookies.items())

    def open_session(self) -> Session:
        """Return a session to enter, as a tab of this browser has one."""
        return open_session(self.url, self.cookies, self.headers)


@contextmanager
def serving_provider(port: int) -> Iterator[str]:
    """Run the provider of identities; yield its address."""
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.helpers.oidc_provider", str(port)]
    environment = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=silent, stderr=silent) as provider:
        try:
            _wait(f"{address}/.well-known/openid-configuration", provider)
            yield address
        finally:
            provider.terminate()


def write_settings(provider: str, public: str, more: str = "", hours: float = 12) -> str:
    """Return a file of settings by which people sign in at a provider.

    Args:
        provider: address of the provider.
        public: address of the server as browsers know it.
        more: more sections.
        hours: time for which a sign-in holds.
    """
    return f"""
[sign_in]
client_id = "digitnet"
client_secret = "password"
server_metadata_url = "{provider}/.well-known/openid-configuration"
redirect_uri = "{public}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
hours = {hours}
{more}
"""


def set_claims(provider: str, subject: str, **claims: object) -> None:
    """Set what a provider knows of somebody; "tamper" makes their ID token wrong, see `oidc_provider`."""
    httpx.put(f"{provider}/users/{subject}", json={"email": subject, **claims}).raise_for_status()


def open_session(url: str, cookies: dict[str, str], headers: dict[str, str] | None = None) -> Session:
    """Return a session to enter, with cookies, and headers of something between."""
    session = Session(url, headers)
    session.add_cookies(cookies)
    return session


async def find_sign_in(browser: Browser) -> str:
    """Press "Sign in" on the first page; return the address to which it leads."""
    async with browser.open_session() as session:
        await session.open()
        run: Run = await session.press("Sign in")
    return f"{browser.url}{run.redirect}"


def ask_provider(browser: Browser, address: str, name: str) -> str:
    """Follow the address of "Sign in" to the provider and agree there; return the address that leads back."""
    answer = browser.client.get(address)
    assert answer.status_code == 302, answer.text
    answer = httpx.post(answer.headers["location"], data={"sub": name})
    assert answer.status_code == 302, answer.text
    back = answer.headers["location"]
    assert urlsplit(back).path == "/oauth2callback"
    return str(back)


async def sign_in(browser: Browser, name: str) -> None:
    """Sign in: the browser has the cookies of a sign-in then, if the server took it."""
    back = ask_provider(browser, await find_sign_in(browser), name)
    answer = browser.client.get(back)
    assert answer.status_code == 302


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        try:
            httpx.get(url, timeout=2).raise_for_status()
            return
        except httpx.HTTPError:
            assert process.poll() is None, "The provider did not start."
            time.sleep(0.1)
    raise AssertionError("The provider did not start.")
