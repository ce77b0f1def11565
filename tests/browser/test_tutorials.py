import re
import shutil

import pytest
from playwright.sync_api import expect

from digitnet.models import store
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import PHONE, TRAINING_MS, choose, draw, idle, number, open_page

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def tiny_address(tmp_path_factory):
    """The address of an app whose recipes have one epoch."""
    models = tmp_path_factory.mktemp("models")
    for name in store.SHIPPED_MODELS:
        shutil.copytree(ROOT / "models" / name, models / name)
    runner = "tests.browser.tiny_recipes"
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data"), runner) as url:
        yield url


@pytest.fixture
def visit(context_of, tiny_address):
    """Return a function that opens the page Tutorials at a size, as a context."""
    return lambda size: open_page(context_of(tiny_address, size))


def fits(page):
    """Return whether nothing of the page lies beside the screen."""
    return page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_tutorial_is_trained_and_its_models_compared(visit):
    with visit(WIDE) as page:
        page.goto("/tutorials")
        card = page.locator(".st-key-tutorial-98-percent")
        card.get_by_role("button", name="Train all of it").click()
        expect(card.get_by_text(re.compile("[0-3] of 4 runs done"))).to_be_visible()
        expect(card.get_by_role("cell", name="models here")).not_to_have_count(0, timeout=TRAINING_MS)
        page.reload()
        expect(card.get_by_role("cell", name="models here")).to_have_count(4, timeout=2 * TRAINING_MS)
        expect(card.get_by_text("All of it is trained")).to_be_visible()
        expect(card.get_by_test_id("stVegaLiteChart")).to_have_count(2)
        for recipe in ("perceptron", "mlp-64-64", "mlp-128-128-dropout", "mlp-512-512-dropout"):
            expect(card.locator(".curves-legend").get_by_text(recipe, exact=True)).to_be_visible()
        assert fits(page)
    with visit(PHONE) as page:
        page.goto("/tutorials")
        card = page.locator(".st-key-tutorial-98-percent")
        expect(card.get_by_test_id("stVegaLiteChart")).to_have_count(2)
        assert fits(page)
        best = re.compile(r"^mlp-512-512-dropout · 9\d\.\d\d%")
        expect(card.get_by_role("combobox", name="Model")).to_have_value(best)
        card.get_by_role("button", name="Use this model").click()
        expect(card.get_by_text(re.compile("In use$"))).to_be_visible()
        page.get_by_role("link", name="Draw").click()
        in_use = re.compile(r"^mlp-512-512-dropout · 9\d\.\d\d% · in use$")
        expect(page.get_by_role("combobox", name="Model")).to_have_value(in_use)
        draw(page, "7")
        expect(number(page)).to_have_text(re.compile(r"^\d$"))
        page.get_by_role("link", name="Tutorials").click()
        card.get_by_role("button", name="Look inside").click()
        expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("^mlp-512-512-dropout"))
        expect(page.get_by_role("heading", name="Look inside")).to_be_visible()


def test_grid_of_two_settings_is_studied_stopped_and_resumed(visit):
    with visit(PHONE) as page:
        page.goto("/tutorials")
        page.get_by_role("radio", name="Studies").click()
        choose(page, "Recipe", "linear-15")
        choose(page, "With another", "Batch size")
        for place, values in enumerate(("4, 32", "256")):
            box = page.get_by_role("textbox", name="Values").nth(place)
            box.fill(values)
            box.press("Enter")
            idle(page)
        expect(page.get_by_text(re.compile("^2 runs, about"))).to_be_visible()
        page.get_by_role("button", name="Start the study").click()
        expect(page.get_by_text(re.compile("0 of 2 runs done · linear"))).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Resume").click(timeout=TRAINING_MS)
        expect(page.get_by_text(re.compile("of 2 runs done"))).to_have_count(0, timeout=2 * TRAINING_MS)
        for place, measure in enumerate(("accuracy", "loss")):
            title = f"Test {measure} by Hidden neurons and Batch size"
            expect(page.get_by_role("button", name=f"Show data: {title}")).to_have_count(1)
            figures = page.get_by_test_id("stVegaLiteChart").nth(place).get_by_text(re.compile(r"^\d+\.\d\d+%?$"))
            expect(figures).to_have_count(2)
        expect(page.locator(".curves-legend").get_by_text(re.compile(r"^\d+, \d+$"))).to_have_count(2)
        expect(page.get_by_role("row").filter(has_text=re.compile(r"\d\d\.\d\d%"))).to_have_count(2)
        assert fits(page)


def test_settings_are_searched_stopped_resumed_and_compared(visit):
    with visit(PHONE) as page:
        page.goto("/tutorials")
        page.get_by_role("radio", name="Search settings").click()
        choose(page, "Recipe", "linear-15")
        for label, value in (("Digits", "300"), ("Trials", "2"), ("Learning rate to", "0.02")):
            box = page.get_by_role("spinbutton", name=label, exact=True)
            box.fill(value)
            box.press("Enter")
            idle(page)
        expect(page.get_by_text(re.compile("^2 trials, about"))).to_be_visible()
        page.get_by_role("button", name="Start the search").click()
        trials = page.get_by_role("region", name="Trials of search-linear-15")
        expect(trials.get_by_role("cell", name="running")).to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Resume").click(timeout=TRAINING_MS)
        page.reload()
        page.get_by_role("radio", name="Search settings").click()
        expect(page.get_by_text("2 of 2 trials ended")).to_be_visible(timeout=2 * TRAINING_MS)
        expect(trials.get_by_role("cell", name=re.compile("done"))).to_have_count(2)
        expect(trials.get_by_role("cell", name="done (best)")).to_have_count(1)
        lines = page.get_by_role("button", name="Show data: A line for each trial through its values to its result")
        expect(lines).to_have_count(1)
        expect(page.locator(".curves-legend").get_by_text(re.compile("^[12]$"))).to_have_count(2)
        page.get_by_role("button", name="Use the best if it is better").click()
        verdict = re.compile(r"^search-linear-15-00[12]: Not better: it reads .* fewer of MNIST's test digits right")
        expect(page.get_by_text(verdict)).to_be_visible()
        assert fits(page)
