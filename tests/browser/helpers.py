"""Find and use the elements of the pages."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.helpers.digit_strokes import STROKES

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Layouts and gestures are tested at both widths, all else at one of them, for a page takes long to load.
ON_A_DESKTOP = pytest.mark.parametrize("page", [DESKTOP], indirect=True, ids=["desktop"])
ON_A_PHONE = pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
WAIT_MS = 90_000  # A busy machine may take so long to answer.
TRAINING_MS = 400_000  # And so long to start TensorFlow and to train.


@contextmanager
def open_page(context):
    """Open an empty page, and close it and pages opened from it; a script error in it fails the test."""
    others = list(context.pages)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.evaluate("() => { if (location.protocol === 'http:') { localStorage.clear(); sessionStorage.clear(); } }")
    for opened in context.pages:
        if opened not in others:
            opened.close()
    assert errors == []


def draw(page, text, left=0.06, width=0.15, gap=0.08):
    """Draw digits with the mouse; places and widths are shares of the canvas."""
    paper = page.locator(".st-key-paper canvas").last
    paper.wait_for()
    page.wait_for_timeout(500)  # The canvas takes strokes a moment after it shows.
    box = paper.bounding_box()
    for place, character in enumerate(text):
        x = box["x"] + box["width"] * (left + place * (width + gap))
        y = box["y"] + box["height"] * 0.2
        for stroke in STROKES[character]:
            points = [(x + a * box["width"] * width, y + b * box["height"] * 0.55) for a, b in stroke]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=5)
            page.mouse.up()


def is_inked(page, x, y):
    """Return whether a pixel of the canvas is black."""
    is_black = "(canvas, [x, y]) => canvas.getContext('2d').getImageData(x, y, 1, 1).data[0] < 128"
    return page.locator(".st-key-paper [data-fabric=wrapper] canvas").first.evaluate(is_black, [x, y])


def number(page):
    return page.locator(".st-key-text-number code")


def button(page, name):
    """Find a button of the page; the canvas has hidden ones of the same names."""
    name_ends = re.compile(f"{re.escape(name)}$")  # "Undo" must not find "Undo correction".
    return page.get_by_test_id("stButton").get_by_role("button", name=name_ends)


def idle(page):
    """Wait until the page has run to its end; a run begins a moment after its cause."""
    page.wait_for_timeout(300)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def choose(page, name, option):
    """Choose an option of a list; a page that runs anew closes a list that was just opened."""
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(10):
        page.get_by_role("combobox", name=name).click()
        try:
            wanted.click(timeout=5000)
            break
        except PlaywrightTimeoutError:
            page.keyboard.press("Escape")
    idle(page)


def tile(page, place):
    """Find a digit in the strip under the number, counted from 1."""
    return page.get_by_role("button", name=re.compile(rf"^Digit {place} "))


def saved(page, text):
    return page.get_by_test_id("stMarkdown").get_by_text(f"Saved: {text}")


def run_card(page):
    """Find the card of the run; there is one at a time."""
    return page.locator("[class*=st-key-run-]")
