"""Somebody signs in and out in Chromium, at a provider of another origin, under the pages' content policy."""

import shutil

import pytest
from playwright.sync_api import expect

from benchmarks.app_server import find_free_port
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import PHONE
from tests.helpers.sign_in import serving_provider, set_claims, write_settings

ROLES = '[roles]\nteachers = ["kim@staff.example"]\n'


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    models, data, port = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("data"), find_free_port()
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    with serving_provider(find_free_port()) as provider:
        set_claims(provider, "kim@staff.example", name="Kim", email_verified=True)
        (data / "settings.toml").write_text(write_settings(provider, f"http://127.0.0.1:{port}", ROLES))
        with serving(tmp_path_factory, models, data, port=port) as url:
            yield url


def test_teacher_signs_in_from_a_page_that_was_refused(browser, address):
    with browser.new_context(base_url=address, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/train")
        expect(page.get_by_text("Only a teacher may open the page Train; sign in as one.")).to_be_visible()
        expect(page.get_by_role("link", name="Train")).to_have_count(0)
        page.get_by_role("main").get_by_role("button", name="Sign in").last.click()
        page.locator("input[name=sub]").fill("kim@staff.example")
        page.locator("input[name=sub]").press("Enter")
        page.wait_for_url(f"{address}/**")
        page.get_by_role("link", name="Train").click()
        expect(page.get_by_role("button", name="Start training")).to_be_visible()
        page.get_by_role("button", name="Kim").click()
        expect(page.get_by_text("kim@staff.example · teacher")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/oauth2/end_session**")
        page.goto(f"{address}/train")
        expect(page.get_by_text("Only a teacher may open the page Train; sign in as one.")).to_be_visible()
