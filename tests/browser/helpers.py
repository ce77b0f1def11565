"""Find and use the elements of the pages."""

import re
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.helpers.digit_strokes import STROKES

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Layouts and gestures are tested at both widths, all else at one of them, for a page takes long to load.
ON_A_DESKTOP = pytest.mark.parametrize("page", [DESKTOP], indirect=True, ids=["desktop"])
ON_A_PHONE = pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
WAIT_MS = 120_000  # A busy machine may take so long to answer.
TRAINING_MS = 900_000  # And so long to start TensorFlow and to train.
# Waits count ticks of the browser's own clock: a busy browser does what was asked of it before it ticks on.
TICK_MS = 50
IS_CALM = """(name) => {  // The page did not run for some ticks, or for one after many: some pages run again and again.
    const ticks = (window[name] ??= { calm: 0, all: 0 })
    const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState
    ticks.all += 1
    ticks.calm = state === "notRunning" ? ticks.calm + 1 : 0
    return ticks.calm > (ticks.all < 60 ? 6 : 0)
}"""
STANDS_STILL = """async (element) => {
    let before = ""
    for (let still = 0, all = 0; still < 10 && all < 400; all += 1) {
        const { x, y, width, height } = element.getBoundingClientRect()
        const box = [x, y, width, height].join()
        still = box === before ? still + 1 : 0
        before = box
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
}"""


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
    settle(paper)  # The canvas takes strokes a moment after it shows.
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
    page.wait_for_function(IS_CALM, arg=f"ticks-{time.monotonic_ns()}", polling=TICK_MS)


def settle(element):
    """Wait until an element has stood still for half a second."""
    element.evaluate(STANDS_STILL)


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
