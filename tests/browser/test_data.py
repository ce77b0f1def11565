import re

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, draw, idle, number, saved, settle, tile
from tests.helpers.samples import SAMPLES

WIDTH = 0.18  # Share of the canvas; no other test draws digits of this width, so none finds these corrections.


def test_digit_is_corrected_in_two_clicks_and_found_in_data(page):
    page.goto("/")
    draw(page, "47", width=WIDTH)
    expect(number(page)).to_have_text("47")
    idle(page)
    tile(page, 2).click()
    page.get_by_role("group", name="What is it?").get_by_role("button", name="1", exact=True).click()
    expect(saved(page, "digit 2 is a 1.")).to_be_visible()
    expect(number(page)).to_have_text("41")
    page.get_by_role("link", name="Data").click()
    found = page.get_by_role("button", name="1; the model in use doubts it")
    expect(found.first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    found.first.click()
    page.get_by_role("toolbar").get_by_role("button", name="It is a 7").click()
    expect(page.get_by_text("Saved: 1 digit is 7 now.")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(number(page)).to_have_text("47")
    expect(tile(page, 2)).to_contain_text("7 ✓")


def test_digit_becomes_a_sign_by_a_click_or_a_key(page):
    page.goto("/")
    draw(page, "47", width=WIDTH)
    expect(number(page)).to_have_text("47")
    idle(page)
    tile(page, 2).click()
    keys = page.get_by_role("group", name="What is it?")
    keys.get_by_role("button", name="A sign").dblclick()  # The second click chooses no sign.
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    keys.get_by_role("button", name="A digit").click()
    expect(keys.get_by_role("button", name="Not a digit")).to_be_visible()
    keys.get_by_role("button", name="A sign").click()
    expect(keys.get_by_role("button", name=".", exact=True)).to_be_focused()
    keys.get_by_role("button", name="/", exact=True).click()
    expect(saved(page, "digit 2 is a slash.")).to_be_visible()
    expect(number(page)).to_have_text("4/")
    page.get_by_role("button", name="Undo correction").click()
    expect(number(page)).to_have_text("47")
    idle(page)
    tile(page, 2).focus()
    page.keyboard.press(")")
    expect(number(page)).to_have_text("4)")
    idle(page)
    page.get_by_role("button", name="Undo correction").click()
    expect(number(page)).to_have_text("47")


@ON_A_DESKTOP
def test_digit_of_a_photo_is_corrected_by_mouse_and_keyboard(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "even.jpg")
    text = page.locator(".st-key-photos code")
    expect(text).to_have_text("2047\n1385\n96")
    idle(page)
    photo = page.locator(".photo img")
    box = photo.bounding_box()
    photo.click(position={"x": 0.39 * box["width"], "y": 0.53 * box["height"]})
    page.get_by_role("group", name="What is it?").get_by_role("button", name="8", exact=True).click()
    expect(text).to_have_text("2047\n1885\n96")
    tile(page, 1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("6")
    expect(text).to_have_text("2647\n1885\n96")
    for before in ("2047\n1885\n96", "2047\n1385\n96"):
        idle(page)
        page.get_by_role("button", name="Undo correction").click()
        expect(text).to_have_text(before)


@ON_A_PHONE
def test_boxes_are_split_and_drawn_on_the_picture(page):
    page.goto("/")
    draw(page, "47", width=WIDTH)
    expect(number(page)).to_have_text("47")
    idle(page)
    tile(page, 1).click()
    page.get_by_test_id("stCheckbox").filter(has_text="Change boxes").locator("input").press(
        "Space"
    )  # The keys of the digit may lie over it.
    page.get_by_role("button", name="Remove the box").click()  # The question stays open.
    expect(number(page)).to_have_text("7")
    idle(page)
    photo = page.locator(".photo")
    photo.evaluate("photo => photo.scrollIntoView({ block: 'center' })")  # Below the bar at the top.
    settle(photo)
    box = photo.bounding_box()
    page.mouse.move(box["x"] + 0.03 * box["width"], box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.21 * box["width"], box["y"] + 0.85 * box["height"], steps=6)
    page.mouse.up()
    expect(number(page)).to_have_text("47")


@ON_A_DESKTOP
def test_number_is_typed_and_its_writer_is_remembered(page):
    page.goto("/")
    draw(page, "20", width=WIDTH)
    expect(number(page)).to_have_text("20")
    idle(page)
    writer = page.get_by_role("combobox", name="Writer")
    writer.click()
    writer.fill("Ann")
    writer.press("Enter")
    idle(page)
    field = page.get_by_role("textbox", name="The number")
    field.fill("2 6")
    field.press("Enter")
    expect(page.get_by_test_id("stMarkdown").get_by_text("Saved as 2 6.")).to_be_visible()
    expect(number(page)).to_have_text("26")
    page.get_by_role("link", name="Photos").click()
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("combobox", name="Writer")).to_have_value("Ann")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("button", name=re.compile("^6; .*by Ann; drawn")).first).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(number(page)).to_have_text("26")
    idle(page)
    page.get_by_role("button", name="Undo correction").click()
    expect(number(page)).to_have_text("20")
