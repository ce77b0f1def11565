"""Two browsers share a server: each is asked first, sees its own digits alone, and deletes them for good."""

import shutil

import pytest
from playwright.sync_api import expect

from digitnet.collection.collection import Collection
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import DESKTOP, PHONE, WAIT_MS, button, draw, idle, number, saved


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "settings.toml").write_text("[roles]\n")  # Nobody is an owner because they are on this machine.
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory, data):
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    with serving(tmp_path_factory, models, data) as url:
        yield url


@pytest.fixture
def visit(browser, address):
    """A function that opens the page Draw in a browser of its own."""
    contexts = []

    def open_browser(size):
        contexts.append(browser.new_context(base_url=address, viewport=size, has_touch=size == PHONE))
        page = contexts[-1].new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto("/")
        return page

    yield open_browser
    for context in contexts:
        context.close()


def test_digits_are_kept_after_a_question_and_deleted(visit, data):
    phone, desktop = visit(PHONE), visit(DESKTOP)
    draw(phone, "17")
    expect(number(phone)).to_have_text("17")
    question = phone.get_by_text("May digitnet keep the digits that you correct or confirm")
    expect(question).to_be_visible()
    button(phone, "All correct").click()
    expect(phone.get_by_text("Digits are kept only with your consent")).to_be_visible()
    button(phone, "Keep my digits").click()
    expect(question).to_have_count(0)
    idle(phone)
    button(phone, "All correct").click()
    expect(saved(phone, "all 2 digits are right")).to_be_visible()
    draw(desktop, "17")
    button(desktop, "Do not keep").click()
    expect(desktop.get_by_text("Your digits are not kept, so corrections cannot be saved.")).to_be_visible()
    desktop.get_by_role("link", name="Data").click()
    expect(desktop.get_by_text("There are no digits of your own yet")).to_be_visible()
    phone.get_by_role("link", name="Data").click()
    expect(phone.get_by_text("2 digits", exact=True).first).to_be_visible()
    phone.get_by_role("radio", name="Delete all").or_(phone.get_by_role("button", name="Delete all")).first.click()
    button(phone, "Delete all of mine…").click()
    phone.get_by_role("button", name="Delete for good").click()
    expect(phone.get_by_text("There are no digits of your own yet")).to_be_visible()
    idle(phone)
    with Collection.open(f"sqlite:///{data}/digits.db") as collection:
        assert (collection.count(deleted=None), collection.strings.count(deleted=None)) == (0, 0)
