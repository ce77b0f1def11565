import asyncio
import os
import time

import httpx
import psutil
import pytest

from benchmarks.app_server import running_server
from benchmarks.load_session import Session
from benchmarks.uploads import upload

MEGABYTE = 1_000_000


def test_memory_of_uploads_comes_back_after_their_tab_was_closed(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("[quotas]\nkeep_minutes = 0\nowner_keep_minutes = 0\nall_upload_megabytes = 200\n")
    environment = {**os.environ, "DIGITNET_DATA": str(tmp_path), "DIGITNET_SETTINGS": str(settings)}
    with running_server(environment) as (url, _, number):

        def measure():
            return psutil.Process(number).memory_info().rss

        asyncio.run(upload(url, 1, 1000))
        before = measure()
        assert asyncio.run(upload(url, 30, 5 * MEGABYTE)) == 30
        assert measure() > before + 150 * MEGABYTE
        until = time.monotonic() + 60
        while measure() > before + 75 * MEGABYTE and time.monotonic() < until:
            time.sleep(0.2)
        assert measure() < before + 75 * MEGABYTE


def test_page_says_why_an_upload_was_refused(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("[quotas]\nall_upload_megabytes = 1\n")
    environment = {**os.environ, "DIGITNET_DATA": str(tmp_path), "DIGITNET_SETTINGS": str(settings)}

    async def upload_too_much(url):
        async with Session(url) as tab:
            await tab.open("photos")
            with pytest.raises(httpx.HTTPStatusError):
                await tab.upload("a.jpg", bytes(2 * MEGABYTE))
            await asyncio.sleep(2)  # The server runs the page by itself.
            return (await tab._run("")).texts

    with running_server(environment) as (url, *_):
        texts = asyncio.run(upload_too_much(url))
    assert "The server holds too many files of all its users; try again in a minute." in texts
    assert any("Add photos or scans" in text for text in texts)  # It is still the same page.
