"""Doubtful numbers are gone through by keys and by touch, also while the server is away."""

import re
import shutil
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from benchmarks.app_server import find_free_port
from digitnet.batches.records import FORM
from digitnet.batches.store import BatchStore
from digitnet.models import store
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import PHONE, open_page
from tests.helpers.batches import SETTINGS, make_entry, make_number, make_page
from tests.helpers.cut_numbers import CUT_BOX, cut_number

READ = ["47", "19", "26", "80", "35", "61"]
WIDE = {"width": 1440, "height": 900}


class Place(NamedTuple):
    """The folders and the port of a server."""

    models: str
    data: str
    port: int

    def open_store(self):
        """Open the store of its batches."""
        return BatchStore.open(f"sqlite:///{self.data}/digits.db")

    def list_decisions(self, batch):
        """Return what was decided, by the key of the number."""
        with self.open_store() as opened:
            return {made.key: made.text for made in opened.numbers.list_decisions(batch)}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / store.SHIPPED_MODELS[0], models / store.SHIPPED_MODELS[0])
    return Place(models, tmp_path_factory.mktemp("data"), find_free_port())


@pytest.fixture
def batch(place):
    """The id of a new batch of a sheet with six doubtful numbers."""
    with place.open_store() as opened:
        made = opened.create("July", FORM, SETTINGS)
        (sheet,) = opened.sheets.add(made.id, [make_page(1)])
        about = {"doubtful": True, "crop_box": CUT_BOX, "alternatives": ("41", "17")}
        found = [make_number(at, text, crop=cut_number(text), **about) for at, text in enumerate(READ)]
        opened.sheets.save_reading(sheet.id, make_entry(found), found, "cnn", "version")
    return made.id


def count(page):
    return page.locator(".review .count")


def read(page):
    return page.get_by_role("textbox", name="The number.")


def expect_saved(page):
    expect(page.locator(".review .saved")).to_have_text(re.compile("^All saved"))


def expect_texts(place, batch, *texts):
    assert place.list_decisions(batch) == {f"0:{at}": text for at, text in enumerate(texts) if text is not None}


def test_keys_decide_also_while_the_server_restarts(tmp_path_factory, context_of, place, batch):
    with ExitStack() as stack:
        with serving(tmp_path_factory, place.models, place.data, port=place.port) as url:
            page = stack.enter_context(open_page(context_of(url, WIDE)))
            page.goto(f"/batches?review={batch}")
            expect(read(page)).to_have_value("47")
            expect(count(page)).to_have_text("0 of 6 checked")
            for key in ("Enter", "1", "8", "Enter", "n"):
                page.keyboard.press(key)
            expect_saved(page)
            expect(count(page)).to_have_text("3 of 6 checked, less than a minute left at your pace")
            expect_texts(place, batch, "47", "18", "")
        for key in ("s", "ArrowDown", "Enter"):  # Nobody answers.
            page.keyboard.press(key)
        expect(count(page)).to_contain_text("4 of 6 checked")
        expect(page.locator(".review .saved")).to_contain_text("1 decision not saved yet")
        stack.enter_context(serving(tmp_path_factory, place.models, place.data, port=place.port))
        expect_saved(page)
        expect_texts(place, batch, "47", "18", "", None, "41")
        page.keyboard.press("u")
        expect(count(page)).to_contain_text("3 of 6 checked")
        page.keyboard.press("Enter")
        page.reload()
        expect(count(page)).to_have_text("4 of 6 checked")
        expect(read(page)).to_have_value("80")  # Of those that are open, the first: that which was put off.
        expect(page.get_by_role("status").get_by_text("field 3")).to_be_attached()
        page.keyboard.press("ArrowLeft")
        expect(read(page)).to_have_value("41")
        for key in ("ArrowRight", "Enter", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".review").get_by_text("All 6 doubtful numbers are checked.")).to_be_visible()
        expect_saved(page)
        expect_texts(place, batch, "47", "18", "", "80", "41", "61")
        page.keyboard.press("Escape")
        expect(count(page)).to_have_count(0)


def test_fingers_decide_and_another_tab_is_not_overwritten(tmp_path_factory, context_of, place, batch):
    with (
        serving(tmp_path_factory, place.models, place.data, port=place.port) as url,
        open_page(context_of(url, PHONE)) as page,
    ):
        page.goto(f"/batches?review={batch}")
        expect(read(page)).to_have_value("47")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        other = page.context.new_page()
        other.goto(f"/batches?review={batch}")
        expect(read(other)).to_have_value("47")

        def tap(*names, tab=page):
            for name in names:
                tab.locator(".review").get_by_role("button", name=name, exact=True).tap()

        for name in ("1", "0", "Signs", "%", "Accept", "No number", "Delete the last"):
            box = page.locator(".review").get_by_role("button", name=name, exact=True)
            if name != "%":
                assert min(box.bounding_box()["width"], box.bounding_box()["height"]) >= 44
        tap("4", "8", "Accept", "Take 41", "No number", tab=other)
        expect_saved(other)
        expect_texts(place, batch, "48", "41", "")
        other.close()
        tap("Accept")
        expect(page.get_by_role("alert").get_by_text("Somebody has saved 48 for it meanwhile.")).to_be_visible()
        expect_texts(place, batch, "48", "41", "")
        tap("Accept")
        expect_saved(page)
        expect_texts(place, batch, "47", "41", "")
        expect(read(page)).to_have_value("80")
        tap("Accept", "Signs", "Delete the last", "%", "Accept", "Undo")
        expect(read(page)).to_have_value("3%")
        tap("No number", "Accept")
        expect(page.locator(".review").get_by_text("All 6 doubtful numbers are checked.")).to_be_visible()
        expect_saved(page)
        expect_texts(place, batch, "47", "41", "", "80", "", "61")
