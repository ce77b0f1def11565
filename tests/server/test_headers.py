import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

from digitnet.paths import lan_dir
from digitnet.server.headers import build_content_policy
from digitnet.server.middleware import list_middleware


async def set_cookies(_request):
    answer = Response("ok")
    answer.set_cookie("plain", "secure", httponly=True)
    answer.set_cookie("marked", "1", secure=True)
    return answer


@pytest.fixture
def ask():
    """A function that asks a server with all middleware: ask(scheme="http", path="/cookies")."""

    def get(scheme="http", path="/cookies", **headers):
        app = Starlette(routes=[Route("/cookies", set_cookies)], middleware=list_middleware())
        return TestClient(app, base_url=f"{scheme}://localhost").get(path, headers=headers)

    return get


@pytest.mark.parametrize(("path", "host"), [("/cookies", "localhost"), ("/none", "localhost"), ("/", "evil.example")])
def test_every_answer_has_the_headers(path, host, ask):
    headers = ask(path=path, Host=host).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_tls_is_insisted_on_over_tls_alone(ask):
    assert "Strict-Transport-Security" not in ask().headers
    assert "max-age=31536000" in ask("https").headers["Strict-Transport-Security"]


def test_own_certificate_is_not_insisted_on(ask, data, monkeypatch):
    real = config.get_option
    path = str(lan_dir() / "certificate.pem")
    monkeypatch.setattr(config, "get_option", lambda name: path if name == "server.sslCertFile" else real(name))
    assert "Strict-Transport-Security" not in ask("https").headers


def test_cookies_are_kept_to_tls_over_tls(ask):
    assert [cookie.secure for cookie in sorted(ask().cookies.jar, key=lambda cookie: cookie.name)] == [True, False]
    cookies = ask("https").headers.get_list("set-cookie")
    assert [cookie.lower().count("; secure") for cookie in cookies] == [1, 1]


def test_policy_allows_inline_scripts_of_the_page_alone(tmp_path):
    (tmp_path / "index.html").write_bytes(b"<p>\n<script>\n a = 1\n</script><script src=x></script>")
    policy = build_content_policy(tmp_path / "index.html")
    digest = base64.b64encode(hashlib.sha256(b"\n a = 1\n").digest()).decode()
    assert f"script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-{digest}';" in policy
    assert " 'unsafe-eval'" not in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "http" not in policy
