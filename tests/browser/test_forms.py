import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.form_sheets import design_form, fill_form
from digitnet.preprocessing.images import to_png
from tests.browser.helpers import ON_A_PHONE, idle, settle

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory, mnist):
    """The files of an empty and a filled sheet of a form."""
    folder, design = tmp_path_factory.mktemp("sheets"), design_form(3)
    filled = fill_form(design, VALUES, mnist[0], np.random.default_rng(4))
    for name, page in (("empty", design.paper), ("filled", filled)):
        (folder / f"{name}.png").write_bytes(to_png(np.clip(page, 0, 255).astype(np.uint8)))
    return folder


@ON_A_PHONE
def test_boxes_are_drawn_once_and_read_on_a_sheet(page, sheets):
    page.goto("/forms")
    page.get_by_text("One sheet of the form").wait_for()
    page.locator("input[type=file]").first.set_input_files(sheets / "empty.png")
    canvas = page.locator(".st-key-form-sheet canvas").last
    canvas.wait_for()
    idle(page)
    settle(canvas)  # It takes boxes a moment after it shows.
    for number, field in enumerate(design_form(3).fields[:2], 1):
        canvas.scroll_into_view_if_needed()
        area = canvas.bounding_box()
        factor = area["width"] / 1190
        left, top, right, bottom = (side * factor for side in field.box)
        page.mouse.move(area["x"] + left, area["y"] + top)
        page.mouse.down()
        page.mouse.move(area["x"] + right, area["y"] + bottom, steps=6)
        page.mouse.up()
        idle(page)
        page.get_by_label(f"Name of box {number}").wait_for()  # Drawing is done before the server knows of it.
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    page.reload()  # The boxes are still there.
    expect(page.get_by_label("Name of box 2")).to_be_visible()
    idle(page)
    page.get_by_role("button", name="Make the template").click()
    expect(page.get_by_text("2 fields (Field 1, Field 2)")).to_be_visible()
    idle(page)
    page.locator(".st-key-form-sheets input[type=file]").set_input_files(sheets / "filled.png")
    download = page.get_by_role("button", name="Download table (CSV)").last
    expect(download).to_be_enabled()
    idle(page)
    with page.expect_download() as saved:
        download.click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[0] == "file,page,row,Field 1,Field 2,doubtful,corrected,misfit,left_out"
    assert lines[1].startswith(f"filled.png,1,1,{VALUES[0]},{VALUES[1]}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.mouse.move(0, 0)  # Over the table the mouse would show its toolbar, which covers the button.
    page.get_by_role("button", name="Copy table").last.click()
    table = f"file\tField 1\tField 2\nfilled.png\t{VALUES[0]}\t{VALUES[1]}"
    page.wait_for_function("wanted => navigator.clipboard.readText().then(text => text === wanted)", arg=table)
    page.reload()
    expect(page.get_by_text("Kept as")).to_be_visible()
    page.goto("/batches")
    page.get_by_role("button", name="Open").first.click()
    download = page.get_by_role("button", name="Download table (CSV)").last
    expect(download).to_be_enabled()
    idle(page)
    with page.expect_download() as saved:
        download.click()
    assert saved.value.path().read_text().splitlines() == lines
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
