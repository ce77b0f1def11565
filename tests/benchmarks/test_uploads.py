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


async def upload_and_watch(url, measure):
    """Upload 30 files of 5 MB in a tab; return how many were taken, and the most memory that there was meanwhile."""
    uploading, most = asyncio.create_task(upload(url, 30, 5 * MEGABYTE)), 0
    while not uploading.done():
        most = max(most, measure())
        await asyncio.wait([uploading], timeout=0.02)
    return await uploading, most


def test_memory_of_uploads_comes_back_after_their_tab_was_closed(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("[quotas]\nkeep_minutes = 0\nowner_keep_minutes = 0\nall_upload_megabytes = 200\n")
    environment = {**os.environ, "DIGITNET_DATA": str(tmp_path), "DIGITNET_SETTINGS": str(settings)}
    with running_server(environment) as (url, _, number):

        def measure():
            return psutil.Process(number).memory_info().rss

        asyncio.run(upload(url, 1, 1000))
        before = measure()
        taken, most = asyncio.run(upload_and_watch(url, measure))
        assert taken == 30
        assert most > before + 125 * MEGABYTE
        until = time.monotonic() + 120
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
            return (await tab.watch()).texts  # The server runs the page by itself.

    with running_server(environment) as (url, *_):
        texts = asyncio.run(upload_too_much(url))
    assert "The server holds too many files of all its users; try again in a minute." in texts
    assert any("Add photos or scans" in text for text in texts)  # It is still the same page.
