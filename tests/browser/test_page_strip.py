"""Pages of a PDF are shown in small, chosen, and opened by click and key, in a real browser."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.helpers import DESKTOP, PHONE
from tests.helpers.document_files import encode, make_gray
from tests.helpers.samples import SAMPLES


@pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_pages_are_chosen_drawn_in_view_and_opened(page, tmp_path):
    pictures = [Image.open(SAMPLES / f"{name}.jpg") for name in ("even", "shadow", "touching")]
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(encode([*pictures, *(make_gray(200) for _ in range(57))], "PDF"))
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(scan)
    tiles, rows = page.locator(".pages button"), page.locator(".st-key-photos code")
    expect(tiles).to_have_count(60)
    page.get_by_label("Pages to read").fill("2-3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 60 pages")).to_be_visible()
    expect(rows).to_have_text("31415\n92653")
    expect(tiles.nth(2).locator("img")).to_have_count(1)
    expect(tiles.nth(45).locator("img")).to_have_count(0)
    tiles.nth(2).focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_text("58203")
    expect(tiles.nth(2)).to_have_attribute("aria-current", "page")
    page.locator(".pages").evaluate("strip => { strip.scrollLeft = 88 * 44 }")
    expect(tiles.nth(45).locator("img")).to_have_count(1)
    expect(tiles.nth(45)).to_have_attribute("aria-label", "Page 46 of 60, left out")
    tiles.nth(45).click()
    expect(page.get_by_text("This page is left out.")).to_be_visible()
    page.get_by_role("button", name="Read this page, too").click()
    expect(page.get_by_text("No digits found on this photo.")).to_be_visible()
    expect(page.get_by_label("Pages to read").first).to_have_value("2-3, 46")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
