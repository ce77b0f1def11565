"""Correct a misread digit, fine-tune with it, and have it read right: a journey over four pages."""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.models import store
from tests.browser.app_server import serving
from tests.browser.helpers import ON_A_DESKTOP, TRAINING_MS, button, draw, idle, number, run_card, saved, tile

MIRRORED = ["mirrored 7"]


@pytest.fixture(scope="module")
def address(tmp_path_factory, tiny_model, mnist):
    """The address of the app with a small network in use, and user digits of a writer who mirrors 7s."""
    models, data = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("data")
    shutil.copytree(tiny_model, models / "tiny")
    (models / store.ACTIVE_FILE).write_text("tiny\n")
    images, labels = mnist[0]
    mirrored = [np.ascontiguousarray(images[place][:, ::-1]) for place in np.flatnonzero(labels == 7)[:60]]
    with Collection.open(f"sqlite:///{data}/digits.db") as collection:
        collection.add([Sample(picture, b"", 7, source="import") for picture in mirrored])
    with serving(tmp_path_factory, models, data) as url:
        yield url


@pytest.mark.timeout(400)
@ON_A_DESKTOP
def test_misread_digit_is_corrected_learned_and_read_right(page):
    page.goto("/")
    draw(page, MIRRORED)
    expect(number(page)).to_have_text(re.compile("^[0-689]$"))
    idle(page)
    tile(page, 1).click()
    page.get_by_role("group", name="What is it?").get_by_role("button", name="7", exact=True).click()
    expect(saved(page, "digit 1 is a 7.")).to_be_visible()

    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("button", name=re.compile("^7; .*drawn"))).to_be_visible()

    page.get_by_role("link", name="Train").click()
    page.get_by_text("A trained model", exact=True).click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("tiny-mine")
    page.get_by_role("button", name="Start training").click()
    expect(run_card(page)).to_be_visible()
    finished = page.locator(".st-key-finished")
    expect(finished).to_contain_text("Better: it reads", timeout=TRAINING_MS)
    expect(finished.get_by_role("table").filter(has_text="yours after")).to_be_visible()
    expect(finished.get_by_text("Wrong before, right now")).to_be_visible()
    finished.get_by_test_id("stBaseButton-primary").get_by_text("Use this model").click()
    expect(page.get_by_role("button", name="Back to tiny")).to_be_visible()

    page.get_by_role("link", name="Draw").click()
    idle(page)
    button(page, "Clear").click()
    expect(number(page)).to_have_count(0)
    draw(page, MIRRORED, width=0.17)  # Not the drawing whose correction is known.
    expect(number(page)).to_have_text("7")
    expect(page.get_by_role("button", name=re.compile("^Digit 1 as the network sees it: 7"))).to_be_visible()
