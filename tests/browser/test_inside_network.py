from playwright.sync_api import expect

from tests.browser.helpers import button, draw, idle, number


def test_drawn_digit_is_followed_through_the_network(page):
    page.goto("/")
    draw(page, "74")
    expect(number(page)).to_have_text("74")
    idle(page)  # While the page still runs, a button that moved may stand in both places.
    button(page, "How it was read").press("Enter")
    page.get_by_role("radio", name="Inside the network").click()
    expect(page.get_by_role("group", name="32 feature maps of this digit")).to_be_visible()
    expect(page.get_by_text("The answer 7 rests on the orange pixels")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(4)

    map_8 = page.get_by_role("button", name="Feature map 8,")
    map_8.click(position={"x": 30, "y": 40})
    expect(page.get_by_role("heading", name="Feature map 8, row 13, column 10: ")).to_be_visible()
    map_8.press("Shift+ArrowRight")
    expect(page.get_by_role("heading", name="Feature map 8, row 13, column 11: ")).to_be_visible()
    map_8.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Feature map 9, row")).to_be_visible()
    expect(page.get_by_role("row", name="Sum")).to_be_visible()

    page.get_by_role("button", name="Switch filter 9 off").click()
    table = page.get_by_role("table").filter(has_text="First 1,000 test digits")
    expect(table.get_by_role("row", name="1 unit off")).to_contain_text("% right")
    expect(page.get_by_text("Off: 9 of layer 1.")).to_be_visible()
    page.get_by_role("button", name="All on").click()
    expect(table).to_have_count(0)

    page.get_by_role("radio", name="3: Convolution 12 × 12 × 64").click()
    expect(page.get_by_role("group", name="64 feature maps of this digit")).to_be_visible()
    page.get_by_role("radio", name="4", exact=False).first.click()
    expect(page.get_by_text("The answer 4 rests on the orange pixels")).to_be_visible()
    idle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
