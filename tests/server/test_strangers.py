"""The real server without settings is the owner's on this machine alone, whatever others say."""

import asyncio
import os
import shutil
import subprocess
import sys

import httpx
import pytest
import websockets

from benchmarks.app_server import find_free_port
from digitnet.access.visits import BROWSER_COOKIE
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.helpers.access_settings import SIGN_IN
from tests.helpers.sign_in import Browser, open_session

REFUSAL = "Only a teacher may open the page Train."


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data")) as url:
        yield url


def open_train(session_to_enter):
    async def run():
        async with session_to_enter as session:
            return await session.open("train")

    return asyncio.run(run())


def test_this_machine_trains(address):
    run = open_train(open_session(address, {}))
    assert REFUSAL not in run.texts
    assert "Start training" in run.elements


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.5"},
        {"Forwarded": "for=[::1]"},
        {"Via": "1.1 x"},
    ],
)
def test_request_of_a_proxy_may_only_read(headers, address):
    run = open_train(open_session(address, {}, headers))
    assert run.texts == [REFUSAL, run.texts[1]]
    assert run.elements == {}


def test_page_of_another_host_gets_no_session(address):
    async def connect(headers):
        async with websockets.connect(
            address.replace("http", "ws") + "/_stcore/stream", subprotocols=["streamlit"], additional_headers=headers
        ):
            pass

    port = address.rpartition(":")[2]
    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(connect({"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}))
    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(connect({"Origin": "http://evil.example"}))


def test_browser_of_a_stranger_gets_a_key_of_its_own(address):
    headers = {"X-Forwarded-For": "203.0.113.5"}
    with Browser.opened(address, headers) as browser, Browser.opened(address, headers) as other:
        key = browser.cookies[BROWSER_COOKIE]
        assert key != other.cookies[BROWSER_COOKIE]
        browser.client.get(address, headers={"Accept": "text/html"})
        assert browser.cookies[BROWSER_COOKIE] == key


def test_key_of_a_browser_is_kept_from_scripts(address):
    headers = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https", "Accept": "text/html"}
    cookie = httpx.get(address, headers=headers).headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/", "secure"))


def test_only_pages_set_the_key_and_not_for_the_owner(address):
    forwarded = {"X-Forwarded-For": "203.0.113.5"}
    for path, headers in (("/", {"Accept": "text/html"}), ("/healthz", forwarded), ("/", forwarded)):
        assert BROWSER_COOKIE not in httpx.get(address + path, headers=headers).cookies


@pytest.mark.parametrize("missing", ["cookie_secret", "client_id"])
def test_server_without_a_secret_refuses_to_start(missing, tmp_path):
    settings = "\n".join(line for line in SIGN_IN.splitlines() if not line.startswith(missing))
    (tmp_path / "settings.toml").write_text(settings)
    environment = os.environ | {"DIGITNET_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(find_free_port())]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 1
    assert f"Expected a text as [sign_in] {missing} in {tmp_path}" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "password" not in ended.stdout + ended.stderr


def test_server_that_listens_to_all_has_no_owner_on_this_machine(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    left = models / ".mine-deleted"  # By a process that was killed while it deleted a model.
    left.mkdir()
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data")) as url:
        assert not left.exists()
        assert REFUSAL in open_train(open_session(url, {})).texts
        assert httpx.get(f"{url}/metrics").status_code in (401, 403)
