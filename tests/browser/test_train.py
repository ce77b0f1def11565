import re

from playwright.sync_api import expect

from tests.browser.helpers import ON_A_DESKTOP, ON_A_PHONE, TRAINING_MS, draw, idle, number, run_card


def epoch(page):
    """Find the count of epochs in the card of a run of 100; on a fast machine it moves on between two looks."""
    return run_card(page).get_by_text(re.compile(r"Epoch \d+ of 100"))


def start(page, recipe):
    page.goto("/train")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name=recipe, exact=True).click()
    box = page.get_by_role("textbox", name="Name")
    expect(box).to_have_value(re.compile(recipe))  # With a number if the name is taken.
    name = box.input_value()
    page.get_by_role("button", name="Start training").click()
    expect(run_card(page)).to_be_in_viewport()
    expect(page.get_by_role("button", name=f"Start after {name}")).to_be_attached()
    return name


@ON_A_PHONE
def test_training_is_left_found_again_stopped_and_discarded(page):
    name = start(page, "mlp-64-64")
    expect(run_card(page).get_by_text("Training", exact=True)).to_be_visible(timeout=TRAINING_MS)
    expect(epoch(page)).to_be_visible(timeout=TRAINING_MS)
    expect(run_card(page).get_by_test_id("stVegaLiteChart")).to_have_count(2)
    page.get_by_text("Look inside while it learns").click()
    expect(run_card(page).get_by_role("img", name=re.compile("^A 7, read as"))).to_have_count(2, timeout=TRAINING_MS)
    expect(run_card(page).get_by_role("img", name=re.compile("^Weights number"))).to_have_count(24)
    expect(run_card(page).get_by_text(re.compile(r"After epoch \d+: \d+ of 20 digits right"))).to_be_visible(
        timeout=TRAINING_MS
    )
    expect(run_card(page).get_by_text(re.compile("improving|[Oo]verfitting|too high"))).not_to_have_count(
        0, timeout=TRAINING_MS
    )
    left_at = epoch(page).inner_text()
    page.get_by_role("link", name="Photos").click()
    strip = page.get_by_role("link", name=re.compile(rf"{name}: epoch \d+ of 100, .* left"))
    expect(strip).to_be_in_viewport()
    strip.click()
    expect(epoch(page)).to_be_in_viewport()
    page.reload()
    expect(run_card(page).get_by_text("Training", exact=True)).to_be_visible()
    expect(epoch(page)).not_to_have_text(left_at, timeout=TRAINING_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    run_card(page).get_by_role("button", name="Stop").click()
    expect(run_card(page).get_by_text("The best of")).to_be_visible(timeout=TRAINING_MS)
    expect(run_card(page).get_by_role("table")).to_contain_text("cnn, in use")
    expect(run_card(page).get_by_role("button", name="Use this model")).to_be_visible()
    run_card(page).get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard for good").click()
    expect(run_card(page)).to_have_count(0)


@ON_A_DESKTOP
def test_model_is_trained_put_to_use_and_taken_back(page):
    name = start(page, "quick")
    finished = page.locator(".st-key-finished")
    expect(finished).to_contain_text(f"{name} reads 9", timeout=TRAINING_MS)
    expect(finished).to_contain_text("cnn, the model in use, reads more of MNIST's test digits")
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_role("button", name="Back to cnn")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile(f"^{name} .* in use"))
    draw(page, "2047")
    expect(number(page)).to_have_text("2047")
    page.get_by_role("link", name="Models").click()
    page.get_by_role("button", name="Back to cnn").click()
    expect(page.get_by_text("In use: cnn")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("^cnn .* in use"))


@ON_A_DESKTOP
def test_running_training_is_paused_changed_and_goes_on(page):
    start(page, "mlp-64-64")
    expect(epoch(page)).to_be_visible(timeout=TRAINING_MS)
    run_card(page).get_by_role("button", name="Pause").click()
    expect(run_card(page).get_by_text("Paused", exact=True)).to_be_visible(timeout=TRAINING_MS)
    left_at = run_card(page).get_by_text(re.compile("Epoch .* paused · batch")).inner_text()
    run_card(page).get_by_role("button", name="Learning rate").click()
    page.get_by_role("textbox", name="From now on").fill("0.002")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text("The learning rate is 0.002 now.")).to_be_visible()
    page.keyboard.press("Escape")
    run_card(page).get_by_role("button", name="One epoch more").click()
    idle(page)
    page.reload()
    expect(run_card(page).get_by_text("Paused", exact=True)).to_be_visible()
    assert (
        run_card(page).get_by_text(re.compile("Epoch .* paused · batch")).inner_text().split(" · ")[:2]
        == (left_at.split(" · ")[:2])
    )
    run_card(page).get_by_role("button", name="Go on").click()
    expect(run_card(page).get_by_text(re.compile(r"Epoch \d+ of 101 · batch"))).to_be_visible(timeout=TRAINING_MS)
    run_card(page).get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard for good").click()
    expect(run_card(page)).to_have_count(0)
