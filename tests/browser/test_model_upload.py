import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from digitnet.datasets.mnist import load_mnist
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.helpers import DESKTOP, PHONE, TRAINING_MS, draw, idle, number, open_page

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def network():
    """Return a Keras network of 784 inputs that reads most digits."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    hidden, output = layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")
    network = keras.Sequential([keras.Input((784,)), hidden, output])
    network.compile("adam", "sparse_categorical_crossentropy")
    train, _ = load_mnist()
    network.fit(
        train.images.reshape(-1, 784).astype(np.float32) / 255, train.labels, batch_size=128, epochs=2, verbose=0
    )
    return network


@pytest.fixture(scope="module")
def upload_address(tmp_path_factory):
    """The address of an app of its own, for the models that are added stay."""
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data")) as url:
        yield url


@pytest.mark.parametrize(("name", "size"), [("flat.keras", DESKTOP), ("older.h5", PHONE)], ids=["keras", "h5"])
def test_flattened_network_is_taken_in_and_read_with(network, tmp_path, context_of, upload_address, name, size):
    network.save(tmp_path / name)
    stem, _, ending = name.partition(".")
    with open_page(context_of(upload_address, size)) as page:
        page.goto("/models")
        page.get_by_role("radio", name="Add from a file").click()
        page.locator("input[type=file]").first.set_input_files(tmp_path / name)
        page.get_by_role("button", name="Check and add").click()
        expect(page.get_by_role("heading", name=stem)).to_be_visible(timeout=TRAINING_MS)
        recognized = rf"^Reads 9\d\.\d\d% of 10,000 test digits right.*Recognized: an? \.{ending} file with 784 inputs"
        expect(page.get_by_text(re.compile(recognized, re.DOTALL))).to_be_visible()
        idle(page)
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
        page.get_by_role("button", name="Use this model").click()
        expect(page.get_by_text(f"In use: {stem}")).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile(rf"^{stem} · 9\d\.\d\d% · in use"))
        draw(page, "7")
        expect(number(page)).to_have_text("7")
