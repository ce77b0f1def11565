import re

from playwright.sync_api import expect

from digitnet.models.card import require_card
from tests.browser.helpers import ON_A_DESKTOP, draw, idle, number

CNN_IN_USE = f"cnn · {require_card('cnn').accuracy:.2%} · in use"
MLP = f"mlp · {require_card('mlp').accuracy:.2%}"


def model(page):
    """Find the choice of the model; it shows the name, the accuracy, and whether the model is in use."""
    return page.get_by_role("combobox", name="Model")


def choose(page, name):
    model(page).click()
    page.get_by_role("option", name=re.compile(f"^{name}")).click()
    expect(model(page)).to_have_value(re.compile(f"^{name}"))


def put_to_use(page, name):
    page.goto("/models")
    choose(page, name)
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text(f"In use: {name}")).to_be_visible()


@ON_A_DESKTOP
def test_chosen_model_holds_on_all_pages_and_in_its_tab_alone(page):
    page.goto("/")
    choose(page, "mlp")
    idle(page)  # Streamlit drops what was chosen in the moment before a page change.
    for name, sign in (("Photos", "Photos of handwritten"), ("Inside", "How it was read"), ("Draw", "Draw a number")):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(sign).first).to_be_visible()
        if name == "Photos":
            page.get_by_role("button", name="Settings").click()
        expect(model(page)).to_have_value(MLP)
        page.keyboard.press("Escape")
    other = page.context.new_page()
    other.goto("/")
    expect(model(other)).to_have_value(CNN_IN_USE)
    put_to_use(other, "mlp")
    draw(page, "7")
    expect(number(page)).to_have_text("7")
    expect(model(page)).to_have_value(f"{MLP} · in use")
    other.get_by_role("button", name="Back to cnn").click()
    expect(other.get_by_text("In use: cnn")).to_be_visible()
    page.get_by_role("link", name="Photos", exact=True).click()
    expect(page.get_by_text("Photos of handwritten")).to_be_visible()
    page.get_by_role("button", name="Settings").click()
    expect(model(page)).to_have_value(MLP)
    page.reload()
    page.get_by_role("button", name="Settings").click()
    expect(model(page)).to_have_value(CNN_IN_USE)
