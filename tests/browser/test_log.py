"""The log of a server tells what was done, in one line each, and no secrets."""

import json
import shutil
import urllib.error
import urllib.request

from playwright.sync_api import expect

from digitnet.paths import RESOURCES, ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import DESKTOP, draw, number

SECRETS = ["s3cret-cookie", "s3cret-bearer", "s3cret-query", "s3cret-owner-key", "s3cret-photo"]


def ask(url, **headers):
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=300).close()
    except urllib.error.HTTPError as error:
        error.close()


def test_log_tells_of_readings_and_no_secrets(tmp_path, tmp_path_factory, browser, monkeypatch):
    monkeypatch.setenv("DIGITNET_LOG_FORMAT", "json")
    photo = tmp_path / "s3cret-photo.jpg"
    shutil.copy(RESOURCES / "samples" / "even.jpg", photo)
    log = tmp_path / "log"
    with serving(tmp_path_factory, ROOT / "models", tmp_path / "data", log=log) as address:
        cookie = {"Cookie": "_streamlit_user=s3cret-cookie; digitnet_owner=s3cret-cookie"}
        ask(f"{address}/api/models?key=s3cret-query", Authorization="Bearer s3cret-bearer", **cookie)
        ask(f"{address}/owner/s3cret-owner-key")
        ask(f"{address}/photos?name=s3cret-query", Host="s3cret-query.example")
        context = browser.new_context(viewport=DESKTOP, base_url=address)
        page = context.new_page()
        page.goto("/?name=s3cret-query")
        draw(page, "27")
        expect(number(page)).to_have_text("27")
        page.goto("/photos")
        page.locator("input[type=file]").first.set_input_files(photo)
        expect(page.get_by_text("10 digits in 3 rows")).to_be_visible()
        context.close()
    lines = log.read_text().splitlines()
    assert [secret for secret in SECRETS for line in lines if secret in line] == []
    events = [json.loads(line) for line in lines if '"digitnet.events"' in line]
    readings = {(event["source"], event["digits"], event["model"]) for event in events}
    assert ("drawing", 2, "cnn") in readings
    assert ("photo", 10, "cnn") in readings
    known = {"time", "level", "logger", "message", "source", "model", "seconds", "role", "width", "height", "digits"}
    assert {key for event in events for key in event} == known
