"""The client of docs/api.md works against a running server."""

import io
import re
import subprocess
import tomllib
from contextlib import redirect_stdout
from dataclasses import asdict

import pytest

from digitnet.paths import ROOT
from digitnet.server.api_settings import ApiSettings
from tests.browser.app_server import serving

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory, ROOT / "models", tmp_path_factory.mktemp("data")) as address:
        yield address


def test_documented_client_reads_numbers(server, monkeypatch):
    [client] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    monkeypatch.chdir(ROOT)
    with redirect_stdout(io.StringIO()) as output:
        exec(client.replace("http://127.0.0.1:8501", server), {})
    assert output.getvalue() == "['2047', '1385', '96']\n"


def test_documented_command_reads_numbers(server):
    command = re.search(r"    curl (--data-binary .*?)\n\n", TEXT, re.DOTALL)[0]
    run = subprocess.run(
        ["sh", "-c", command.replace("http://127.0.0.1:8501", server)], cwd=ROOT, capture_output=True, text=True
    )
    assert '"text":"2047"' in run.stdout


def test_documented_settings_are_the_defaults(settings):
    [section] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert tomllib.loads(section)["api"] == asdict(ApiSettings())
