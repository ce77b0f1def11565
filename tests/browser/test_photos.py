import numpy as np
from PIL import Image
from playwright.sync_api import expect

from digitnet.preprocessing.images import to_png
from tests.browser.helpers import DESKTOP, ON_A_DESKTOP, ON_A_PHONE, settle
from tests.helpers.document_files import encode
from tests.helpers.laid_sheets import lay, make_ground
from tests.helpers.samples import SAMPLES


def open_options(page):
    """Read a sample and open the options to read it differently."""
    page.goto("/photos")
    page.get_by_role("radio", name="Even paper").click()
    expect(rows(page)).to_have_text("2047\n1385\n96")
    page.get_by_text("Read it differently").click()


def rows(page):
    return page.locator(".st-key-photos code")


@ON_A_PHONE
def test_address_of_the_page_opens_it_with_its_navigation(page):
    page.goto("/photos")
    expect(page.get_by_text("Photos of handwritten numbers")).to_be_visible()
    expect(page.get_by_text("parts", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Draw").click()
    expect(page.locator(".st-key-paper")).to_be_visible()


def test_uploaded_photo_is_read(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "shadow.jpg")
    expect(rows(page)).to_have_text("31415\n92653")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@ON_A_DESKTOP
def test_sample_is_read_and_shows_how(page):
    page.goto("/photos")
    page.get_by_role("radio", name="Squared paper").click()
    expect(rows(page)).to_have_text("8128\n496\n28")
    page.get_by_text("Show the steps").click()
    expect(page.get_by_text("3. Ink.")).to_be_visible()
    expect(page.get_by_role("listitem").get_by_role("img")).to_have_count(9)


@ON_A_PHONE
def test_text_file_named_png_gets_a_sentence_and_the_rest_go_on(page, tmp_path):
    (tmp_path / "text.png").write_text("This is no picture.")
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files([tmp_path / "text.png", SAMPLES / "even.jpg"])
    expect(page.get_by_text("The file is not a picture that can be read")).to_be_visible()
    page.get_by_role("button", name="even.jpg").click()
    expect(rows(page)).to_have_text("2047\n1385\n96")


@ON_A_DESKTOP
def test_several_photos_are_opened_by_click_and_key_and_downloaded(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(
        [SAMPLES / f"{name}.jpg" for name in ("even", "touching", "squared")]
    )
    expect(rows(page)).to_have_text("2047\n1385\n96")
    page.get_by_role("button", name="Remove all").wait_for()  # All are read.
    page.keyboard.press("n")
    expect(rows(page)).to_have_text("58203")
    page.get_by_role("button", name="squared.jpg").click()
    expect(rows(page)).to_have_text("8128\n496\n28")
    page.keyboard.press("p")
    expect(rows(page)).to_have_text("58203")
    expect(page.get_by_role("button", name="touching.jpg")).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="touching.jpg").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "digitnet.csv"
    assert all(text in download.value.path().read_text(encoding="utf-8") for text in ("2047", "58203", "8128"))


def test_page_of_a_file_is_opened_by_its_name(page, tmp_path):
    pictures = [Image.open(SAMPLES / f"{name}.jpg") for name in ("even", "shadow")]
    scan = tmp_path / "a scan with a long name, as a copier makes it 2026-11-29 10.42.pdf"
    scan.write_bytes(encode(pictures, "PDF"))
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(scan)
    expect(rows(page)).to_have_text("2047\n1385\n96")
    page.get_by_role("button", name="10.42.pdf, page 2").click()
    expect(rows(page)).to_have_text("31415\n92653")
    shown = page.locator("button[aria-expanded=true] .page")
    expect(shown).to_have_text("page 2")
    box, row = (place.bounding_box() for place in (shown, page.locator("button[aria-expanded=true]")))
    assert box["x"] + box["width"] <= row["x"] + row["width"]
    page.get_by_role("button", name="Remove file").click()
    expect(rows(page)).to_have_count(0)


@ON_A_DESKTOP
def test_number_of_a_sample_is_in_view_at_all_sizes(page):
    page.goto("/photos")
    page.get_by_role("radio", name="Touching digits").click()
    expect(rows(page)).to_have_text("58203")
    for width, height in ((360, 640), (390, 660), (768, 1024), (1000, 640), (1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".st-key-photo-text .numbers")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size(DESKTOP)


@ON_A_DESKTOP
def test_camera_button_and_the_reason_for_a_refused_file_are_in_view(page, tmp_path):
    (tmp_path / "large.jpg").write_bytes(bytes(45_000_000))
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(tmp_path / "large.jpg")
    reason = page.get_by_text("File must be 40.0MB or smaller.")
    expect(reason).to_be_in_viewport(ratio=1)
    assert reason.bounding_box()["width"] > 100  # It is not for screen readers alone.
    page.get_by_text("Use the camera").click()
    expect(page.get_by_test_id("stCameraInput").get_by_role("button").last).to_be_in_viewport(ratio=1)


@ON_A_PHONE
def test_photos_outlive_a_visit_to_another_page(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "shadow.jpg")
    expect(rows(page)).to_have_text("31415\n92653")
    page.get_by_role("link", name="Draw").click()
    expect(page.locator(".st-key-paper")).to_be_visible()
    page.get_by_role("link", name="Photos").click()
    expect(rows(page)).to_have_text("31415\n92653")
    page.get_by_role("button", name="Remove").click()
    expect(rows(page)).to_have_count(0)


def drag(page, start, end, photo="[class*=st-key-drag-] .photo"):
    """Drag from place to place on the photo, with a finger on a phone; places are shares of the photo."""
    photo = page.locator(photo)
    photo.scroll_into_view_if_needed()
    settle(photo)
    box = photo.bounding_box()
    steps = [[a + (b - a) * step / 6 for a, b in zip(start, end, strict=True)] for step in range(7)]
    points = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in steps]
    if page.evaluate("navigator.maxTouchPoints"):
        session = page.context.new_cdp_session(page)
        for place, point in enumerate(points):
            kind = "touchMove" if place else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return
    page.mouse.move(**points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(**point)
    page.mouse.up()


def test_dragged_region_is_read_and_outlives_a_visit_elsewhere(page):
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(SAMPLES / "even.jpg")
    expect(rows(page)).to_have_text("2047\n1385\n96")
    page.get_by_text("Read it differently").click()
    drag(page, (0.98, 0.34), (0.02, 0.02))
    expect(rows(page)).to_have_text("2047")
    drag(page, (0.02, 0.64), (0.98, 0.98))
    expect(rows(page)).to_have_text("96")
    page.get_by_role("link", name="Draw").click()
    expect(page.locator(".st-key-paper")).to_be_visible()
    page.get_by_role("link", name="Photos").click()
    expect(rows(page)).to_have_text("96")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    page.get_by_role("button", name="Whole picture").click()
    expect(rows(page)).to_have_text("2047\n1385\n96")


def test_line_of_the_table_is_added_dragged_and_removed(page):
    open_options(page)
    page.get_by_role("radio", name="Table", exact=True).click()
    page.get_by_role("button", name="Add an upright line").click()
    expect(rows(page)).to_have_text("20 47\n13 85\n96")
    handle = page.get_by_role("button", name="Upright line 1")
    handle.evaluate("handle => handle.scrollIntoView({ block: 'center' })")  # Not below the header of the page.
    drag(page, (0.5, 0.005), (0.71, 0.1), ".structure img")
    expect(rows(page)).to_have_text("204 7\n138 5\n96")
    handle.focus()
    page.keyboard.press("Delete")
    expect(rows(page)).to_have_text("2047\n1385\n96")
    page.get_by_role("button", name="Undo").last.click()
    expect(rows(page)).to_have_text("204 7\n138 5\n96")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_only_sheet_is_removed_by_its_cross_and_taken_back(page, paper, tmp_path):
    picture = make_ground(500, 800)
    lay(picture, paper().number("20475").gray(), [(150, 90), (650, 130), (620, 420), (120, 400)])
    (tmp_path / "laid.png").write_bytes(to_png(picture))
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(tmp_path / "laid.png")
    expect(rows(page)).to_have_text("20475")
    page.get_by_text("Read it differently").click()
    page.get_by_role("radio", name="Paper", exact=True).click()
    corner = page.get_by_role("button", name="Top left corner of sheet 1")
    corner.evaluate("corner => corner.scrollIntoView({ block: 'center' })")  # Not below the header of the page.
    corner.focus()
    page.get_by_role("button", name="Remove sheet 1").click()
    expect(page.get_by_text("You removed the sheets")).to_be_visible()
    expect(corner).to_have_count(0)
    page.get_by_role("button", name="Sheets as found").click()
    expect(corner).to_be_visible()
    expect(rows(page)).to_have_text("20475")


def test_digit_is_corrected_on_the_upright_picture_of_a_turned_photo(page, paper, tmp_path):
    turned = np.ascontiguousarray(np.rot90(paper().number("20475").gray(), 1))
    (tmp_path / "turned.png").write_bytes(to_png(turned))
    page.goto("/photos")
    page.locator("input[type=file]").set_input_files(tmp_path / "turned.png")
    expect(rows(page)).to_have_text("20475")
    expect(page.get_by_text("turned clockwise by 90°")).to_be_visible()
    photo = page.locator(".fixer .photo img")
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    assert box["width"] > 2 * box["height"]
    photo.click(position={"x": 0.575 * box["width"], "y": 0.4 * box["height"]})
    expect(page.get_by_text("Digit 4 is")).to_be_visible()
    page.keyboard.press("1")
    expect(rows(page)).to_have_text("20415")
    page.get_by_role("button", name="Undo correction").click()  # The next size begins without it.
    expect(rows(page)).to_have_text("20475")


@ON_A_DESKTOP
def test_corner_of_a_sheet_is_moved_with_the_keyboard(page):
    open_options(page)
    page.get_by_role("radio", name="Paper", exact=True).click()
    page.get_by_role("button", name="Add a sheet").click()
    for name, key, times in (
        ("Bottom right", "ArrowUp", 11),
        ("Bottom left", "ArrowUp", 11),
        ("Top left", "ArrowUp", 2),
    ):
        corner = page.get_by_role("button", name=f"{name} corner of sheet 1")
        corner.focus()
        for _ in range(times):
            page.keyboard.press(f"Shift+{key}")
        page.wait_for_timeout(1000)
        expect(corner).to_be_focused()
    expect(rows(page)).to_have_text("2047")


@ON_A_DESKTOP
def test_region_is_set_with_the_keyboard(page):
    open_options(page)
    page.get_by_role("slider", name="Top and bottom edge").last.focus()
    for _ in range(66):
        page.keyboard.press("ArrowLeft")
    expect(rows(page)).to_have_text("2047")


@ON_A_PHONE
def test_text_is_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/photos")
    page.get_by_role("radio", name="In shadow").click()
    expect(rows(page)).to_have_text("31415\n92653")
    page.get_by_role("button", name="Copy").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text === '31415\\n92653')")


@ON_A_PHONE
def test_buttons_are_large_enough_for_fingers_and_links_keep_their_lines(page):
    page.goto("/photos")
    page.get_by_role("radio", name="Touching digits").click()
    expect(rows(page)).to_have_text("58203")
    for name in ("Download", "Settings", "All correct", "How it was read"):
        assert page.get_by_role("button", name=name).last.bounding_box()["height"] >= 44, name
    place = page.get_by_role("link", name="Inside").bounding_box()
    page.get_by_role("link", name="Batches").click()
    expect(page.get_by_role("heading", name="Batches")).to_be_visible()
    assert page.get_by_role("link", name="Inside").bounding_box() == place
