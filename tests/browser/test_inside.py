import re

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, button, draw, number
from tests.helpers.steps import EVERY_STEP


def step(page, name):
    """Find the button of a step, which shows its number and, if there is room, its name."""
    return page.get_by_role("group", name="Steps").get_by_role("button", name=re.compile(rf"\d {name}$"))


@ON_A_PHONE
def test_drawn_number_is_looked_into(page):
    page.goto("/")
    draw(page, "42", width=0.2, gap=-0.05)
    expect(number(page)).to_have_text("42")
    button(page, "How it was read").press("Enter")
    expect(page.get_by_text("so nothing was split")).to_be_visible()
    for name in EVERY_STEP:
        step(page, name).click()
        expect(page.get_by_role("img", name=name, exact=True)).to_be_visible()
    page.get_by_role("radio", name="2", exact=False).first.click()
    page.get_by_role("radio", name="Map of digits").click()
    page.get_by_role("radio", name="How it was read").click()
    expect(page.get_by_role("img", name="The digit with its box")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@ON_A_PHONE
def test_candidates_of_touching_digits_are_listed(page):
    page.goto("/inside")  # Its sample has touching digits.
    expect(page.get_by_text("Chosen path:")).to_be_visible()
    page.get_by_text("How is this computed?").first.click()
    expect(page.get_by_role("row").filter(has_text="chosen").first).to_be_visible()
    expect(page.get_by_text("Answers of the networks")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@ON_A_DESKTOP
def test_steps_are_played_and_gone_through_by_keyboard(page):
    page.goto("/inside")
    expect(step(page, "Picture")).to_have_attribute("aria-current", "step")
    page.get_by_role("button", name="Next").press("ArrowRight")
    expect(page.get_by_text("The brightness of each pixel.")).to_be_visible()
    page.keyboard.press("End")
    expect(step(page, "Digits")).to_have_attribute("aria-current", "step")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Play").click()
    expect(step(page, "Picture")).to_have_attribute("aria-current", "step")
    expect(step(page, "Gray")).to_have_attribute("aria-current", "step")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@ON_A_PHONE
def test_pictures_of_wide_ink_fit_a_phone(page):
    page.goto("/inside")
    expect(page.get_by_role("img", name="The digit as the network sees it")).to_be_visible()
    right = "[...document.images].filter(each => each.width).map(each => each.getBoundingClientRect().right)"
    page.wait_for_function(f"Math.max(...{right}) <= 390")  # they are laid out for a while


@ON_A_DESKTOP
def test_page_opens_with_a_sample_and_leads_to_drawing(page):
    page.goto("/inside")
    expect(page.get_by_text("This is a sample.")).to_be_visible()
    expect(page.get_by_role("img", name="Picture", exact=True)).to_be_visible()
    page.get_by_role("link", name="Draw a number").click()
    expect(page.get_by_text("A neural network on this computer reads it.")).to_be_visible()
