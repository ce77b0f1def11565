import cv2
import numpy as np
import pytest

from digitnet.errors import FormError
from digitnet.forms.alignment import align
from digitnet.forms.template import Field, Template

MAX_ERROR_PIXELS = 3.0  # Of a sheet 1,684 pixels high.


def measure_error(found, expected, size):
    """Return how far a homography puts the corners of a sheet from where they are, in pixels."""
    width, height = size
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    difference = cv2.perspectiveTransform(corners, found) - cv2.perspectiveTransform(corners, expected)
    return np.linalg.norm(difference, axis=2).max()


@pytest.mark.parametrize(
    ("degrees", "scale", "shift"),
    [(0, 1, (0, 0)), (0, 1, (30, -20)), (7, 0.9, (10, 5)), (-7, 0.9, (0, 0)), (0, 0.6, (0, 0)), (180, 1, (0, 0))],
)
def test_sheet_is_found_where_it_lies(template, filled, move, degrees, scale, shift):
    image, matrix = move(filled, degrees, scale, shift)
    assert measure_error(align(template, image), matrix, template.size) < MAX_ERROR_PIXELS


def test_sheet_photographed_at_an_angle_is_found(template, filled):
    height, width = filled.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[140, 60], [1040, 130], [1130, 1560], [60, 1620]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    image = cv2.warpPerspective(filled, matrix, (width, height), borderValue=(60, 50, 45))
    assert measure_error(align(template, image), matrix, template.size) < MAX_ERROR_PIXELS


def test_smaller_picture_of_the_sheet_is_found(template, filled):
    image = cv2.resize(filled, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert measure_error(align(template, image), np.diag([0.5, 0.5, 1]), template.size) < MAX_ERROR_PIXELS


def test_other_form_blank_paper_and_noise_are_refused(template, other_sheet):
    noise = np.random.default_rng(0).integers(0, 256, (600, 400, 3), dtype=np.uint8)
    for image in (other_sheet, np.full((600, 400, 3), 230, np.uint8), noise, np.zeros((1, 1, 3), np.uint8)):
        with pytest.raises(FormError, match="This is not the form 'Score sheet', or too little of it is seen"):
            align(template, image)


def test_mirrored_sheet_is_refused(template, filled):
    with pytest.raises(FormError):
        align(template, np.ascontiguousarray(filled[:, ::-1]))


def test_blank_sheet_of_a_template_finds_nothing(filled):
    blank = cv2.imencode(".jpg", np.full((300, 200), 255, np.uint8))[1].tobytes()
    with pytest.raises(FormError):
        align(Template("blank", (200, 300), (Field("a", (10, 10, 50, 50)),), blank), filled)
