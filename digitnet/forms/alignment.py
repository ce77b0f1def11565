"""Find a form on the picture of another sheet: moved, turned, scaled, photographed at an angle.

Corners of the print are matched (ORB: Rublee, Rabaud, Konolige and Bradski, "ORB: an efficient alternative to SIFT or
SURF", 2011) and give a homography that most of them agree with (MAGSAC++: Barath, Noskova, Ivashechkin and Matas,
2020). It is refined until the pictures themselves agree best (ECC: Evangelidis and Psarakis, "Parametric image
alignment using enhanced correlation coefficient maximization", 2008).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import FormError
from digitnet.forms.template import Template
from digitnet.preprocessing.geometry import scale_down
from digitnet.types import RGB

Gray = NDArray[np.uint8]
Matrix = NDArray[np.float64]

_PICTURE_SIDE = 1600  # A picture is looked at with this longer side in pixels.
_MIN_SIDE = 32  # Of a picture in pixels; a smaller one holds no form.
_FEATURES = 4000
_RATIO = 0.8  # Of the distances of the best and the second-best match.
_REACH_PIXELS = 4.0  # Matches within it agree with a homography.
_MIN_MATCHES = 15
_MIN_SHARE = 0.15  # Of the matches agree, or they are chance.
_ECC_SIDE = 600  # Both pictures are refined with this longer side.
_ECC_STEPS = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-5
_MIN_LIKENESS = 0.47  # Correlation of the print of both sheets: 0.54 and more of the same form, 0.42 at most of others.
_SCALES = (0.2, 8.0)  # Pixels of the picture to one of the template's.


def align(template: Template, image: RGB) -> Matrix:
    """Find the sheet of a form on a picture, uint8 (H, W, 3).

    Returns:
        The homography from pixels of the form's sheet to pixels of the picture, float64 (3, 3).

    Raises:
        FormError: the form is not on the picture.
    """
    if min(image.shape[:2]) < _MIN_SIDE:
        raise _refuse(template)
    small = scale_down(image, min(1.0, _PICTURE_SIDE / max(image.shape[:2])))
    picture = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    found = _match(template.gray, picture)
    if found is None:
        raise _refuse(template)
    refined = _refine(template.gray, picture, found)
    if measure_likeness(template.gray, picture, refined) < _MIN_LIKENESS:
        raise _refuse(template)
    to_picture = np.diag([image.shape[1] / picture.shape[1], image.shape[0] / picture.shape[0], 1.0])
    to_sheet = np.diag([template.gray.shape[1] / template.size[0], template.gray.shape[0] / template.size[1], 1.0])
    return np.asarray(to_picture @ refined @ to_sheet, np.float64)


def _refuse(template: Template) -> FormError:
    return FormError(
        f"This is not the form {template.name!r}, or too little of it is seen; photograph all of the sheet."
    )


def _match(sheet: Gray, picture: Gray) -> Matrix | None:
    """Return the homography from a sheet to a picture on which most matches of corners agree, None if too few do."""
    detector = cv2.ORB.create(nfeatures=_FEATURES, fastThreshold=10)
    corners, descriptions = detector.detectAndCompute(sheet, None)
    others, other_descriptions = detector.detectAndCompute(picture, None)
    if len(corners) < _MIN_MATCHES or len(others) < _MIN_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptions, other_descriptions, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _MIN_MATCHES:
        return None
    start = np.array([corners[match.queryIdx].pt for match in good], np.float32)
    end = np.array([others[match.trainIdx].pt for match in good], np.float32)
    matrix, agreeing = cv2.findHomography(start, end, cv2.USAC_MAGSAC, _REACH_PIXELS, maxIters=5000, confidence=0.9999)
    if matrix is None or agreeing.sum() < max(_MIN_MATCHES, _MIN_SHARE * len(good)):
        return None
    return matrix if _is_plausible(matrix, sheet.shape) else None


def _is_plausible(matrix: Matrix, shape: tuple[int, ...]) -> bool:
    """Return whether a homography shows a sheet from its front, and neither tiny nor huge."""
    height, width = shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    seen = cv2.perspectiveTransform(corners, matrix)[0].astype(np.float32)
    scale = np.sqrt(abs(cv2.contourArea(seen, oriented=True)) / (width * height))
    is_front = cv2.contourArea(seen, oriented=True) * cv2.contourArea(corners[0].astype(np.float32), oriented=True) > 0
    return bool(cv2.isContourConvex(seen) and is_front and _SCALES[0] < scale < _SCALES[1])


def _refine(sheet: Gray, picture: Gray, matrix: Matrix) -> Matrix:
    """Return a homography near `matrix` at which the edges of both pictures agree best, `matrix` if none is found."""
    factor = min(1.0, _ECC_SIDE / max(sheet.shape))
    small = _to_print(cv2.resize(sheet, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    grow = np.diag([1 / factor, 1 / factor, 1.0])
    start = (matrix @ grow).astype(np.float32)
    start /= start[2, 2]
    try:
        _, warp = cv2.findTransformECC(small, _to_print(picture), start, cv2.MOTION_HOMOGRAPHY, _ECC_STEPS, None, 5)
    except cv2.error:  # It did not converge.
        return matrix
    refined = np.asarray(warp, np.float64) @ np.linalg.inv(grow)
    is_better = measure_likeness(sheet, picture, refined) > measure_likeness(sheet, picture, matrix)
    return refined if is_better and _is_plausible(refined, sheet.shape) else matrix


def measure_likeness(sheet: Gray, picture: Gray, matrix: Matrix) -> float:
    """Return the correlation of the print of a sheet and of a picture under a homography, -1 to 1."""
    seen = cv2.warpPerspective(
        picture,
        matrix,
        sheet.shape[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    first, second = (cv2.GaussianBlur(_to_print(each), (0, 0), 1.5).ravel() for each in (sheet, seen))
    return float(np.corrcoef(first, second)[0, 1]) if first.std() > 0 and second.std() > 0 else 0.0


def _to_print(gray: Gray) -> NDArray[np.float32]:
    """Return how much darker each pixel is than the paper around it, float32 (h, w)."""
    values = gray.astype(np.float32)
    size = max(15, 2 * (max(gray.shape) // 80) + 1)
    return np.asarray(np.maximum(cv2.blur(values, (size, size)) - values, 0), np.float32)
