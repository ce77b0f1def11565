import re
import shutil

import numpy as np
import pytest

from digitnet.models.evaluation import Evaluation
from digitnet.paths import ROOT
from pages.model import prediction_grid
from tests.helpers.app_pages import find_button, find_key, make_page


def get_html(app):
    return "".join(element.proto.body for element in app.get("html"))


def test_right_and_wrong_answers_differ_in_color_and_sign():
    probabilities = np.eye(10, dtype=np.float32)[[7, 3]]
    html = prediction_grid.render(Evaluation(probabilities, np.array([7, 2], np.uint8)), np.array([0, 1]))
    right, wrong = html.split("</figure>")[:2]
    assert "7 ✓ <b>7</b>" in right
    assert 'class="wrong"' not in right
    assert "2 ✗ <b>3</b>" in wrong
    assert 'class="wrong"' in wrong
    assert "Test digit 1, a 2, read as 3: wrong" in wrong


@pytest.fixture
def app(models):
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    return make_page("models").run()


def list_names(app):
    return re.findall(r"Test digit ([\d,]+), a", get_html(app).split('class="predictions"')[1].split("</div>")[0])


def test_random_digits_are_drawn_again_and_the_first_hundred_are_in_order(app):
    first = list_names(app)
    assert len(first) == prediction_grid.RANDOM_COUNT
    find_button(app, "Draw again").click().run()
    assert list_names(app) != first
    app.segmented_control(key=find_key(app, "predictions")).set_value(prediction_grid.FIRST).run()
    assert not app.exception
    assert list_names(app) == [str(number) for number in range(100)]
    assert any("of 100 right" in caption.value for caption in app.caption)
