"""A reload keeps drawing and photos, for that tab of the browser alone."""

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, button, draw, idle, number
from tests.helpers.samples import SAMPLES


def rows(page):
    return page.locator(".st-key-photos code")


@ON_A_PHONE
def test_reload_keeps_the_drawing_and_its_undo(page):
    page.goto("/")
    draw(page, "207")
    expect(number(page)).to_have_text("207")
    button(page, "Undo").click()
    expect(number(page)).to_have_text("20")
    idle(page)
    page.reload()
    expect(number(page)).to_have_text("20")
    idle(page)
    button(page, "Redo").click()
    expect(number(page)).to_have_text("207")
    for left in ("20", "2"):
        idle(page)
        button(page, "Undo").click()
        expect(number(page)).to_have_text(left)
    draw(page, "7", left=0.6)
    expect(number(page)).to_have_text("27")
    idle(page)
    page.reload()
    expect(number(page)).to_have_text("27")


@ON_A_DESKTOP
def test_reload_keeps_photos_until_they_are_removed(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "shadow.jpg")
    expect(rows(page)).to_have_text("31415\n92653")
    expect(page.get_by_text("A reload of this page keeps your photos for 30 minutes.")).to_be_visible()
    idle(page)
    page.reload()
    expect(rows(page)).to_have_text("31415\n92653")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Add photos or scans of handwritten numbers")).to_be_visible()
    idle(page)
    page.reload()
    expect(page.get_by_text("Add photos or scans of handwritten numbers")).to_be_visible()
    idle(page)
    expect(rows(page)).to_have_count(0)


@ON_A_DESKTOP
def test_photos_are_there_after_a_reload_of_another_page(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "shadow.jpg")
    expect(rows(page)).to_have_text("31415\n92653")
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_text("Your digits").first).to_be_visible()
    idle(page)
    page.reload()
    expect(page.get_by_text("Your digits").first).to_be_visible()
    page.get_by_role("link", name="Photos").click()
    expect(rows(page)).to_have_text("31415\n92653")


@ON_A_DESKTOP
def test_two_tabs_keep_a_drawing_each(page):
    page.goto("/")
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    other = page.context.new_page()
    other.goto("/")
    draw(other, "20")
    expect(number(other)).to_have_text("20")
    idle(other)
    for tab, text in ((page, "7"), (other, "20")):
        tab.reload()
        expect(number(tab)).to_have_text(text)


@ON_A_DESKTOP
def test_duplicate_of_a_tab_starts_with_a_copy(page):
    page.goto("/")
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    copied = page.evaluate("Object.entries(sessionStorage)")  # As the browser copies it when a tab is duplicated.
    other = page.context.new_page()
    other.add_init_script(f"""
        if (!sessionStorage.copied)
            for (const [name, value] of {copied}) sessionStorage.setItem(name, value)
        sessionStorage.copied = true
    """)
    other.goto("/")
    expect(number(other)).to_have_text("7")
    draw(other, "0", left=0.3)
    expect(number(other)).to_have_text("70")
    idle(other)
    for tab, text in ((page, "7"), (other, "70")):
        tab.reload()
        expect(number(tab)).to_have_text(text)


@ON_A_DESKTOP
def test_key_of_a_tab_is_not_in_its_address(page):
    page.goto("/")
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    key = page.evaluate("sessionStorage.getItem('digitnet-tab')")
    assert len(key) >= 32
    assert key not in page.url
    assert page.evaluate("document.cookie.includes(sessionStorage.getItem('digitnet-tab'))") is False
