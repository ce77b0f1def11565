import re

from playwright.sync_api import expect

from tests.browser.helpers import idle

MISTAKE = re.compile(r"^\d+ of true digit (\d) (is|are) read as (\d)$")


def test_cell_of_the_confusion_matrix_shows_its_digits(page):
    page.goto("/models")
    misread = page.get_by_text(re.compile(r"^\d+ test digits misread$"))
    expect(misread).to_be_visible()
    idle(page)
    cell = page.locator("button.mistake").first
    name = cell.get_attribute("aria-label")
    count, true, read = name.split()[0], *MISTAKE.match(name).group(1, 3)
    cell.click()
    expect(page.get_by_text(re.compile(f"^{count} test digits? of true digit {true}, read as {read}$"))).to_be_visible()
    expect(page.get_by_role("img", name=f"a {true}, read as {read}")).to_have_count(int(count))
    expect(cell).to_have_attribute("aria-pressed", "true")
    idle(page)
    cell.press("Enter")
    expect(misread).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
