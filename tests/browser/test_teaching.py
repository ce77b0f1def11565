"""Correct a misread digit, fine-tune with it, and have it read right; and write digits for a hand to be learned."""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.models import store
from tests.browser import audits
from tests.browser.app_server import serving
from tests.browser.helpers import (
    ON_A_DESKTOP,
    ON_A_PHONE,
    PHONE,
    TRAINING_MS,
    button,
    choose,
    draw,
    idle,
    number,
    run_card,
    saved,
    tile,
)

MIRRORED = ["mirrored 7"]


@pytest.fixture(scope="module")
def address(tmp_path_factory, tiny_model, mnist):
    """The address of the app with a small network in use, and user digits.

    One writer mirrors 7s, and Ann has written each digit three times, but 0 to 4 only twice.
    """
    models, data = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("data")
    shutil.copytree(tiny_model, models / "tiny")
    (models / store.ACTIVE_FILE).write_text("tiny\n")
    images, labels = mnist[0]
    mirrored = [np.ascontiguousarray(images[place][:, ::-1]) for place in np.flatnonzero(labels == 7)[:60]]
    with Collection.open(f"sqlite:///{data}/digits.db") as collection:
        collection.add([Sample(picture, b"", 7, source="import") for picture in mirrored])
        for label in range(10):
            pictures = images[labels == label][: 3 if label > 4 else 2]
            collection.add([Sample(picture, b"", label, writer="Ann") for picture in pictures])
    with serving(tmp_path_factory, models, data) as url:
        yield url


@pytest.mark.timeout(400)
@ON_A_DESKTOP
def test_misread_digit_is_corrected_learned_and_read_right(page):
    page.goto("/")
    draw(page, MIRRORED, width=0.12)  # A wider one is refused as no digit.
    expect(number(page)).to_have_text(re.compile("^[0-689]$"))
    idle(page)
    tile(page, 1).click()
    page.get_by_role("group", name="What is it?").get_by_role("button", name="7", exact=True).click()
    expect(saved(page, "digit 1 is a 7.")).to_be_visible()

    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("button", name=re.compile("^7; (?!by Ann).*drawn"))).to_be_visible()

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
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    expect(page.get_by_role("button", name=re.compile("^Digit 1 as the network sees it: 7"))).to_be_visible()


SIZES = [(1440, 900), (1024, 768), (390, 660)]


@pytest.mark.timeout(400)
@ON_A_PHONE
def test_hand_is_written_learned_and_compared(page):
    page.goto("/")
    page.get_by_role("link", name="Learn my hand").click()
    page.get_by_role("button", name="Who writes?").click()
    choose(page, "Who writes?", "Ann")
    choose(page, "How many of each digit", "3")
    page.keyboard.press("Escape")
    expect(page.get_by_text("25 of 30 digits are written")).to_be_visible()
    paper = page.locator(".st-key-paper canvas").last
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        idle(page)
        box = paper.bounding_box()
        assert (audits.measure_overhang(page), box["y"] + box["height"] <= height) == (0, True), width
    page.set_viewport_size(PHONE)
    draw(page, "01234", width=0.1, left=0.05, gap=0.1)
    button(page, "Save 5 digits").click()
    expect(page.get_by_text("learns from")).to_be_visible()
    page.get_by_role("radio", name="1 Write").click()
    button(page, "Take back 0 1 2 3 4").click()
    page.get_by_role("button", name="Digit 5: 4").click()
    expect(page.get_by_role("button", name="Join with next")).to_have_count(0)
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_role("button", name="Digit 5: left out")).to_be_visible()
    expect(button(page, "Save 4 digits")).to_be_in_viewport()
    button(page, "Save 4 digits").click()
    expect(page.locator(".prompt")).to_have_text("Write 4")

    page.get_by_role("radio", name="2 Learn").click()
    button(page, "Learn my hand").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("link", name="Draw", exact=True).click()
    page.get_by_role("link", name=re.compile(r"^tiny-mine")).click()
    expect(button(page, "Cancel")).to_be_visible()
    page.reload()
    page.get_by_role("button", name=re.compile("^Ann|Who writes")).wait_for()
    expect(button(page, "Keep the old one")).to_be_visible(timeout=TRAINING_MS)
    expect(page.get_by_role("table").filter(has_text="Your held-out digits")).to_be_visible()
    assert audits.measure_overhang(page) == 0
    button(page, "Use it").click()
    expect(page.get_by_role("button", name=re.compile("Back to tiny"))).to_be_visible()
    expect(page.get_by_role("link", name="Try it: draw a number")).to_be_visible()
