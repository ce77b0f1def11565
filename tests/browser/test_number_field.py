"""The big number is typed anew where it stands."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, button, draw, idle, number, tile

SIZES = [(1440, 900), (1024, 768), (390, 844)]
WIDTH = 0.145  # Share of the canvas; no other test draws digits of this width, so none finds these corrections.


def is_on_top(element):
    """Return whether nothing covers an element, at its corners and in the middle."""
    return element.evaluate(
        """(element) => {
            const box = element.getBoundingClientRect()
            const isSeen = (across, down) => {
                const [x, y] = [box.left + across * box.width, box.top + down * box.height]
                return element.getRootNode().elementFromPoint(x, y) === element
            }
            return [[0.02, 0.1], [0.98, 0.1], [0.5, 0.5], [0.02, 0.9], [0.98, 0.9]].every(([x, y]) => isSeen(x, y))
        }"""
    )


@ON_A_DESKTOP
def test_number_is_typed_where_it_stands_and_undone_at_all_widths(page):
    page.goto("/")
    draw(page, "2047", width=WIDTH)
    field, problem = page.get_by_role("textbox", name="The number"), page.get_by_role("alert")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(number(page)).to_have_text("2047")
        idle(page)
        paper = page.locator(".st-key-paper").bounding_box()
        page.locator(".st-key-number .numbers").click()
        page.keyboard.type("28417")
        page.keyboard.press("Enter")
        expect(problem).to_contain_text("Not saved: You typed 5 digits, but 4 were found.")
        expect(problem).to_be_in_viewport(ratio=1)
        assert is_on_top(problem)
        assert page.locator(".st-key-paper").bounding_box() == paper
        assert page.evaluate("document.documentElement.scrollWidth") == width
        expect(field).to_have_value("28417")
        page.keyboard.press("Backspace")
        expect(problem).to_be_hidden()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(number(page)).to_have_text("2841")
        expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
        expect(page.locator(".st-key-number").get_by_text("Corrected by you")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("status").get_by_text("2841, corrected by you")).to_be_attached()
        button(page, "Undo correction").click()
        expect(number(page)).to_have_text("2047")
    field.focus()  # As by the Tab key.
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(field).to_have_value("2047")
    expect(field).not_to_be_focused()


@ON_A_DESKTOP
def test_tile_bars_and_keys_are_one_selection(page):
    page.goto("/")
    draw(page, "47", width=WIDTH)
    expect(number(page)).to_have_text("47")
    idle(page)
    place = button(page, "All correct").bounding_box()
    tile(page, 2).click()
    expect(page.get_by_text("Digit 2 as the network sees it")).to_be_visible()
    idle(page)
    keys = page.get_by_role("group", name="What is it?")
    assert button(page, "All correct").bounding_box() == place, "The keys moved the page."
    assert is_on_top(keys.get_by_role("button", name="Not a digit"))
    keys.get_by_role("button", name="1", exact=True).click()
    expect(number(page)).to_have_text("41")
    expect(page.get_by_text("Digit 2 as the network sees it; you say it is a 1")).to_be_visible()
    expect(tile(page, 2)).to_have_attribute("aria-current", "true")
    expect(tile(page, 1)).to_have_accessible_name(re.compile(r"^Digit 1 as the network sees it: 4, \d"))
    button(page, "Undo correction").click()
    expect(number(page)).to_have_text("47")


@ON_A_DESKTOP
def test_typed_sign_is_changed_and_taken_out_by_its_tile(page):
    page.goto("/")
    draw(page, "70", width=WIDTH)
    expect(number(page)).to_have_text("70")
    idle(page)
    page.locator(".st-key-number .numbers").click()
    page.keyboard.type("-£7.0")
    page.keyboard.press("Enter")
    expect(number(page)).to_have_text("-£7.0")
    expect(page.get_by_text("Saved as -£7.0.", exact=True)).to_be_visible()
    sign = page.get_by_role("button", name=re.compile("^Sign 3: "))
    assert sign.bounding_box()["width"] < tile(page, 1).bounding_box()["width"]
    sign.focus()
    page.keyboard.press(",")
    expect(number(page)).to_have_text("-£7,0")
    sign.click()
    page.get_by_role("group", name="What is it?").get_by_role("button", name="Not a sign").click()
    expect(number(page)).to_have_text("-£70")
    for text in ("-£7,0", "-£7.0", "70"):
        idle(page)
        button(page, "Undo correction").click()
        expect(number(page)).to_have_text(text)
