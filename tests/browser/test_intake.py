"""Pictures are pasted, and ZIP files and folders dropped, in a real browser."""

import base64

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, idle
from tests.helpers.archives import pack
from tests.helpers.samples import SAMPLES

EVEN, TOUCHING = ((SAMPLES / f"{name}.jpg").read_bytes() for name in ("even", "touching"))
PASTE = """([files, text]) => {
    const content = new DataTransfer()
    for (const [name, type, data] of files) {
        const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))
        content.items.add(new File([bytes], name, { type }))
    }
    if (text) content.setData("text/plain", text)
    const settings = { clipboardData: content, bubbles: true, cancelable: true, composed: true }
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", settings))
}"""
COPY = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 200 })
    const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })])
}"""


def paste(page, *files, text=""):
    """Paste files, of a name and content each."""
    listed = [[name, "image/jpeg", base64.b64encode(content).decode()] for name, content in files]
    page.evaluate(PASTE, [listed, text])


def rows(page):
    return page.locator(".st-key-photos code")


def listed(page, name):
    return page.locator(".rows button", has_text=name)


def open_photos(page):
    page.goto("/photos")
    page.get_by_role("button", name="Paste a picture").wait_for()
    idle(page)


def test_pasted_pictures_are_read_like_uploads(page):
    open_photos(page)
    paste(page, ("image.png", EVEN))
    expect(rows(page)).to_have_text("2047\n1385\n96")
    paste(page, ("scan 7.jpg", TOUCHING), ("image.png", EVEN))
    listed(page, "scan 7.jpg").click()
    expect(rows(page)).to_have_text("58203")
    expect(listed(page, "pasted ")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@ON_A_DESKTOP
def test_button_pastes_a_picture_and_says_if_there_is_none(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_photos(page)
    page.evaluate("navigator.clipboard.writeText('no picture')")
    page.get_by_role("button", name="Paste a picture").click()
    expect(page.get_by_role("button", name="The clipboard holds no picture")).to_be_visible()
    page.evaluate(COPY)
    page.get_by_role("button", name="Paste a picture").click()
    expect(page.locator(".st-key-photo-head").get_by_text("pasted ")).to_be_visible()
    expect(page.get_by_text("No digits found on this photo.")).to_be_visible()


@ON_A_DESKTOP
def test_button_says_how_where_the_browser_reads_no_clipboard(page):
    page.add_init_script("delete Clipboard.prototype.read")
    page.goto("/photos")
    page.get_by_role("button", name="Press Ctrl+V to paste a picture").click()
    expect(page.get_by_role("button", name="Copy a picture, then press Ctrl+V")).to_be_visible()


@ON_A_PHONE
def test_too_large_file_is_refused_when_it_is_pasted(page):
    open_photos(page)
    page.evaluate("""() => {
        const content = new DataTransfer()
        content.items.add(new File([new Uint8Array(45e6)], "large.png", { type: "image/png" }))
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: content, bubbles: true }))
    }""")
    expect(page.get_by_text("File must be 40.0MB or smaller.")).to_be_visible()


@ON_A_DESKTOP
def test_zip_file_and_folder_are_added(page, tmp_path):
    (tmp_path / "scans.zip").write_bytes(pack({"even.jpg": EVEN, "notes.txt": "Hello"}))
    folder = tmp_path / "week"
    folder.mkdir()
    (folder / "touching.jpg").write_bytes(TOUCHING)
    (folder / "notes.txt").write_text("Hello")
    open_photos(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "scans.zip")
    expect(rows(page)).to_have_text("2047\n1385\n96")
    expect(page.get_by_text("1 file is no picture: notes.txt.")).to_be_visible()
    page.get_by_text("Add a folder").click()
    page.locator("input[type=file]").nth(1).set_input_files(folder)
    listed(page, "week/touching.jpg").click()
    expect(rows(page)).to_have_text("58203")
