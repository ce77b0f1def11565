import re

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, draw, idle, number

WIDTH = 0.13  # Share of the canvas that a digit takes.


def open_mnist(page):
    page.get_by_role("link", name="Data").click()
    page.get_by_text("MNIST", exact=True).click()


@ON_A_DESKTOP
def test_digit_is_picked_by_keyboard_and_neighbors_are_found(page):
    page.goto("/")
    draw(page, "7", width=WIDTH)
    expect(number(page)).to_have_text("7")
    idle(page)
    open_mnist(page)
    tiles = page.locator(".tile")
    expect(tiles.first).to_have_accessible_name("A 7; test digit 0")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tile[tabindex='0']")).to_have_accessible_name("A 2; test digit 1")  # The only tab stop.
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("A 2, test digit 1 of MNIST.")).to_be_visible()
    expect(dialog.locator("table.onehot tr").nth(1)).to_have_text(re.compile(r"Label\s*0010000000"))
    expect(dialog.get_by_role("img", name=re.compile(r"^A \d, distance \d\.\d"))).to_have_count(12)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_text("Like yours").click()
    expect(page.get_by_text("reads your digit as 7.")).to_be_visible()
    expect(tiles.first).to_have_accessible_name(re.compile(r"^A 7; distance \d\.\d; training digit"))
    page.get_by_role("link", name="Draw").click()
    expect(number(page)).to_have_text("7")
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_text("reads your digit as 7.")).to_be_visible()


@ON_A_DESKTOP
def test_map_shows_the_drawn_digit_and_pictures_of_others(page):
    page.goto("/")
    draw(page, "4", width=WIDTH)
    expect(number(page)).to_have_text("4")
    idle(page)
    page.get_by_role("button", name="How it was read").click()
    page.get_by_text("Map of digits").click()
    expect(page.get_by_text("2,000 test digits, 200 of each label.")).to_be_visible()
    chart = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
    expect(chart).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    shown = page.locator("#vg-tooltip-element.visible img")
    for step in range(200):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.002 * step), box["y"] + box["height"] * 0.55)
        if shown.count():
            break
    expect(shown).to_have_attribute("src", re.compile("^data:image/png;base64,"))
