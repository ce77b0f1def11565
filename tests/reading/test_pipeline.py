import csv
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from digitnet import ImageError, ModelError, Reading, read
from digitnet.reading.number_confidence import adjust_for_neighbors
from tests.helpers.examples import try_at_most
from tests.helpers.samples import SAMPLES


def load_labels():
    with (SAMPLES / "labels.csv").open(encoding="utf-8") as lines:
        return {line["file"]: line["rows"].split("|") for line in csv.DictReader(lines)}


@pytest.mark.parametrize(("file", "rows"), load_labels().items())
def test_sample_is_read(file, rows):
    assert read(SAMPLES / file).rows == rows


def test_arrays_of_a_reading_are_parallel_and_typed(paper):
    reading = read(paper().number("2047").gray())
    assert reading.text == "2047"
    assert reading.boxes.shape == (4, 4)
    assert reading.boxes.dtype == np.int32
    assert reading.probabilities.shape == (4, 10)
    assert reading.row.tolist() == [0, 0, 0, 0]
    assert reading.crops.shape == (4, 28, 28)
    assert reading.size == (800, 300)
    assert reading.labels.tolist() == [2, 0, 4, 7]
    assert (reading.confidence > 0.5).all()
    assert reading.stages.image.shape == (300, 800, 3)
    assert reading.stages.ink.map.shape == (300, 800)


def test_rows_are_joined_by_newlines(paper):
    page = paper(height=500).number("2047", y=40).number("165", y=280)
    assert read(page.gray()).text == "2047\n165"


def test_rising_row_is_one_row(paper):
    assert read(paper(height=400).number("20475", y=220, rise=30).gray()).text == "20475"


@pytest.mark.parametrize("factor", [0.5, 2, 5])
def test_text_does_not_depend_on_resolution(paper, factor):
    gray = paper().number("20475").gray(noise=0)
    scaled = cv2.resize(
        gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )
    original, reading = read(gray), read(scaled)
    assert reading.text == original.text == "20475"
    assert np.abs(reading.boxes / factor - original.boxes).max() < 5


@pytest.mark.parametrize("angle", [-8, 8])
def test_text_does_not_depend_on_rotation_by_8_degrees(paper, angle):
    gray = paper(height=400).number("20475", y=140).gray(noise=0)
    turn = cv2.getRotationMatrix2D((400, 200), angle, 1)
    turned = cv2.warpAffine(gray, turn, (800, 400), borderMode=cv2.BORDER_REPLICATE)
    assert read(turned).text == "20475"


def test_text_does_not_depend_on_polarity_and_brightness(paper):
    gray = paper().number("20475").gray()
    assert read(255 - gray).text == "20475"
    assert read((gray * 0.5).astype(np.uint8)).text == "20475"
    assert read(np.minimum(gray.astype(int) + 30, 255).astype(np.uint8)).text == "20475"


@pytest.mark.parametrize("pen", [3, 8, 16, 26])
def test_canvas_strokes_of_any_pen_are_read(pen):
    canvas = np.zeros((280, 560, 4), np.uint8)
    seven = np.array([(60, 60), (160, 60), (100, 220)], np.int32)
    four = np.array([(330, 60), (260, 160), (370, 160)], np.int32)
    for stroke in (seven, four, np.array([(335, 110), (330, 225)], np.int32)):
        cv2.polylines(canvas, [stroke], False, (0, 0, 0, 255), pen, cv2.LINE_AA)
    assert read(canvas).text == "74"


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (128, 90, 200)])
def test_picture_of_one_color_has_no_digits(color):
    reading = read(np.full((200, 300, 3), color, np.uint8))
    assert len(reading) == 0
    assert reading.text == ""
    assert reading.rows == []
    assert reading.size == (300, 200)


def test_single_pixel_has_no_digits():
    assert len(read(np.zeros((1, 1), np.uint8))) == 0


def test_picture_of_one_row_of_pixels_is_read():
    assert len(read(np.array([[0, 41, 0, 0, 0, 0]], np.uint8))) == 0


def test_empty_reading_is_a_value():
    empty = Reading.empty()
    assert len(empty) == 0
    assert empty.text == ""
    assert empty.confidence.shape == (0,)
    assert empty.row_boxes == []


def test_both_shipped_models_read(paper):
    gray = paper().number("2047").gray()
    assert [read(gray, model).text for model in ("cnn", "mlp")] == ["2047", "2047"]


def test_unknown_model_raises_with_the_known_names(paper):
    with pytest.raises(ModelError, match=r"no model called 'nosuch'; there are: cnn, mlp"):
        read(paper().gray(), "nosuch")


def make_probabilities(*shares):
    """Return probabilities of a 0, with a tenth of it for a 6; each row sums to a share."""
    probabilities = np.zeros((len(shares), 10), np.float32)
    probabilities[:, 0], probabilities[:, 6] = np.array(shares) / 1.1, np.array(shares) / 11
    return probabilities


def test_ink_beside_certain_digits_is_likelier_a_digit():
    single, certain, doubtful = (
        adjust_for_neighbors(make_probabilities(*shares), np.zeros(len(shares), int))[0]
        for shares in ([0.5], [0.5, 1, 1], [0.5, 0.4])
    )
    assert single.sum() == pytest.approx(0.5)
    assert certain.sum() > 0.8
    assert doubtful.sum() == pytest.approx(0.5, abs=0.03)
    assert certain[0] / certain[6] == pytest.approx(10)


def test_digits_of_another_number_do_not_count():
    probabilities = make_probabilities(0.5, 1, 1)
    assert adjust_for_neighbors(probabilities, np.array([0, 1, 1]))[0].sum() == pytest.approx(0.5)


@given(
    arrays(np.float32, (4, 10), elements=st.floats(0, 0.09375, width=32)),
    arrays(np.int32, 4, elements=st.integers(0, 2)),
)
def test_adjusted_probabilities_never_fall_and_stay_valid(probabilities, number):
    raised = adjust_for_neighbors(probabilities, number)
    assert raised.dtype == np.float32
    assert (raised >= probabilities - 1e-6).all()
    assert (raised.sum(axis=1) <= 1 + 1e-5).all()


def test_lone_digit_is_surer_where_only_digits_are_expected():
    probabilities = make_probabilities(0.5, 0.5, 0.5)
    raised = adjust_for_neighbors(probabilities, np.array([0, 1, 1]), lone_odds=3.0)
    assert raised[0].sum() == pytest.approx(0.75)
    assert raised[1:].sum(axis=1) == pytest.approx(
        adjust_for_neighbors(probabilities, np.array([0, 1, 1]))[1:].sum(axis=1)
    )


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=3, max_side=40)))
@try_at_most(50)
def test_any_array_gives_a_reading_or_an_image_error(array):
    try:
        reading = read(array)
    except ImageError:
        return
    assert len(reading.boxes) == len(reading.probabilities) == len(reading.row) == len(reading.crops)


@given(st.binary(max_size=200))
def test_any_bytes_raise_an_image_error(content):
    with pytest.raises(ImageError):
        read(content)


@pytest.mark.slow
def test_reading_never_imports_tensorflow():
    code = (
        "import sys, digitnet; digitnet.read(sys.argv[1]);"
        "print([name for name in sys.modules if name.split('.')[0] in ('tensorflow', 'keras', 'streamlit')])"
    )
    run = subprocess.run([sys.executable, "-c", code, SAMPLES / "even.jpg"], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
