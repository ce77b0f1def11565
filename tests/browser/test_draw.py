import itertools
import json
import re

import pytest
from playwright.sync_api import expect

from digitnet import read
from tests.browser.helpers import (
    DESKTOP,
    ON_A_DESKTOP,
    ON_A_PHONE,
    PHONE,
    button,
    draw,
    idle,
    is_inked,
    number,
    open_page,
)


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def drawn(request, context_of, address):
    """The page Draw with 2047 on its canvas."""
    with open_page(context_of(address, request.param)) as page:
        page.goto("/")
        draw(page, "2047")
        expect(number(page)).to_have_text("2047")
        yield page


def test_drawn_number_is_read(drawn):
    expect(drawn.get_by_role("button", name="as the network sees it")).to_have_count(4)
    assert drawn.evaluate("document.documentElement.scrollWidth") == drawn.viewport_size["width"]


def test_result_is_downloaded(drawn):
    idle(drawn)
    files = {}
    for label in ("Picture with boxes", "JSON"):
        with drawn.expect_download() as download:
            drawn.get_by_role("button", name=label).click()
        files[download.value.suggested_filename] = download.value.path().read_bytes()
    assert list(files) == ["digitnet-2047.png", "digitnet-2047.json"]
    assert read(files["digitnet-2047.png"]).size == (640, 400)
    assert [row["text"] for row in json.loads(files["digitnet-2047.json"])["rows"]] == ["2047"]


def test_drawing_outlives_a_visit_to_another_page(drawn):
    drawn.get_by_role("link", name="Photos").click()
    expect(drawn.get_by_text("Photos of handwritten numbers")).to_be_visible()
    drawn.get_by_role("link", name="Draw").click()
    expect(number(drawn)).to_have_text("2047")
    button(drawn, "Undo").click()
    expect(number(drawn)).to_have_text("204")
    button(drawn, "Redo").click()
    expect(number(drawn)).to_have_text("2047")


def test_other_model_reads_the_same_drawing(drawn):
    models = drawn.get_by_role("combobox", name="Model")
    models.scroll_into_view_if_needed()
    idle(drawn)  # Scrolling closes an open list.
    models.click()
    drawn.get_by_role("option", name="mlp").click()
    idle(drawn)
    expect(drawn.get_by_role("combobox", name="Model")).to_have_value(re.compile("^mlp"))
    expect(number(drawn)).to_have_text("2047")


SIZES = {"wide": (1440, 900), "tablet": (1024, 768), "phone with a bar": (390, 660), "small phone": (360, 640)}


@ON_A_DESKTOP
def test_number_is_in_view_and_strokes_land_at_all_widths(page):
    page.goto("/")
    paper = page.locator(".st-key-paper canvas").nth(1)
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        idle(page)
        before = paper.bounding_box()
        draw(page, "7")
        expect(number(page)).to_have_text("7")
        assert find_bottom(page.locator(".st-key-number .numbers")) <= height, name
        assert find_bottom(paper) <= height, name
        assert paper.bounding_box() == before, name
        corner = (640 * (0.06 + 0.15), 400 * 0.2)  # Right end of the horizontal stroke.
        assert is_inked(page, *corner), name
        assert not is_inked(page, corner[0] + 30, corner[1]), name
        button(page, "Clear").click()
        expect(number(page)).to_have_count(0)


@ON_A_DESKTOP
def test_paper_has_a_name_and_no_tools_of_its_own(page):
    page.goto("/")
    expect(page.get_by_role("img", name="Paper to draw on")).to_be_visible()
    expect(page.locator(".st-key-paper .dc-icon-button").first).to_be_attached()
    expect(page.locator(".st-key-paper").get_by_role("button")).to_have_count(0)  # Among those that can be reached.


def find_bottom(element):
    box = element.bounding_box()
    return box["y"] + box["height"]


@ON_A_PHONE
def test_example_is_drawn_on_request_and_can_be_undone(page):
    page.goto("/")
    pale = page.locator(".st-key-paper .example")
    expect(pale).to_be_visible()
    idle(page)
    invitation = page.get_by_text("Draw a number. A neural network on this computer reads it.")
    request = page.get_by_role("button", name="Draw one for me")
    assert find_bottom(invitation) <= request.bounding_box()["y"]
    assert find_bottom(request) <= page.locator(".st-key-paper").bounding_box()["y"]
    request.tap()
    expect(number(page)).to_have_text("2047")
    expect(page.get_by_role("status").get_by_text("2047", exact=True)).to_be_attached()
    expect(pale).to_have_count(0)
    idle(page)
    button(page, "Undo").click()
    expect(number(page)).to_have_text("204")
    button(page, "Clear").click()
    page.emulate_media(reduced_motion="reduce")
    idle(page)
    wrapper = page.locator(".st-key-paper [data-fabric=wrapper]").element_handle()
    wrapper.evaluate("element => element.removeAttribute('data-fabric')")  # As if the canvas were still loading.
    page.get_by_role("button", name="Draw one for me").tap()
    page.wait_for_timeout(300)
    wrapper.evaluate("element => element.setAttribute('data-fabric', 'wrapper')")
    expect(number(page)).to_have_text("385")


@ON_A_PHONE
def test_press_stops_the_example(page):
    for _ in range(3):  # On a busy machine the example may be over before it is pressed.
        page.goto("/")
        idle(page)
        page.get_by_role("button", name="Draw one for me").tap()
        expect(button(page, "Clear")).to_be_enabled()
        page.mouse.click(5, 5)
        page.wait_for_timeout(2500)  # The whole example takes less.
        idle(page)
        if number(page).all_text_contents() != ["2047"]:
            return
        button(page, "Clear").click()
        idle(page)
    raise AssertionError("A press does not stop the example.")


@ON_A_PHONE
def test_number_grows_with_each_stroke(page):
    page.goto("/")
    expect(page.get_by_text("Draw a number. A neural network on this computer reads it.")).to_be_visible()
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    draw(page, "0", left=0.3)
    expect(number(page)).to_have_text("70")


@ON_A_DESKTOP
def test_undo_redo_and_clear(page):
    page.goto("/")
    draw(page, "20")
    expect(number(page)).to_have_text("20")
    button(page, "Undo").click()
    expect(number(page)).to_have_text("2")
    button(page, "Redo").click()
    expect(number(page)).to_have_text("20")
    button(page, "Clear").click()
    expect(number(page)).to_have_count(0)
    button(page, "Redo").click()
    expect(number(page)).to_have_text("20")
    button(page, "Undo").click()
    expect(number(page)).to_have_text("2")
    draw(page, "7", left=0.6)
    expect(number(page)).to_have_text("27")
    expect(button(page, "Redo")).to_be_disabled()


@ON_A_PHONE
def test_undo_pressed_fast_takes_a_stroke_each_time(page):
    """Press again as soon as the canvas has reported what it shows after the press before.

    A busy Streamlit forgets a press if another message follows before the run for the press starts,
    so the test sends none then; the page is still reading the number when the second press comes.
    """
    with page.expect_websocket() as socket:
        page.goto("/")
    draw(page, "777", width=0.12)
    expect(number(page)).to_have_text("777")
    idle(page)
    for _ in range(2):
        sent = itertools.count(1)
        with socket.value.expect_event("framesent", lambda _, sent=sent: next(sent) == 2):
            button(page, "Undo").click(no_wait_after=True)
    expect(number(page)).to_have_text("7")
