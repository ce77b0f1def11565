"""Read the same pictures with other programs: `python benchmarks/accuracy.py --peer all`.

`make bench-peers` installs and runs them. Each has the best settings of those tried, and knows whether a picture
holds one digit, one line or a page, which digitnet does not.

- tesseract: Tesseract 5 with a whitelist of digits. Pictures of a digit or a line are shrunk to a height of 90
  pixels, which improves its results. Each picture starts a process, as in pytesseract.
- rapidocr: RapidOCR with the PaddleOCR models of its wheel, in its own virtual environment and process. Its
  recognizer reads a picture of a single digit directly. Characters that are not digits are left out.
- rapidocr-lenient: the same, but letters that look like digits (O, S, g, ...) are read as these digits, so
  that it refuses less.
- tutorial: Otsu's threshold, external contours, each box stretched to 18 x 18 and padded to 28 x 28, and the
  tutorials' network, the recipe `cnn-30-15` (see digitnet/experiments/recipes.py), trained as published.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cases import ROOT, PictureKind, ReaderMaker
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.types import RGB

ENVIRONMENT = ROOT / ".venv-peers"  # RapidOCR's virtual environment, and the trained tutorial network.
_SEGMENTATION_MODES: dict[PictureKind, int] = {"digit": 6, "nondigit": 6, "line": 7, "page": 4}  # For --psm.
_MAX_HEIGHT_PIXELS = 90
RECIPE = "cnn-30-15"
DIGITS = "0123456789"
# Letters that look like digits, and these digits.
LOOKALIKES = ("OoDQIl|ZzSsbGTBgq", "00001112255667899")


class PeerMissingError(Exception):
    """Raised if a peer cannot run here; the message says why."""


def make_tesseract() -> ReaderMaker:
    """Return a maker of readers that call Tesseract; raises PeerMissingError."""
    if not shutil.which("tesseract"):
        raise PeerMissingError("there is no program tesseract (Debian and Ubuntu: apt install tesseract-ocr).")
    return lambda kind: partial(_read_by_tesseract, kind=kind)


def _read_by_tesseract(picture: RGB, kind: PictureKind) -> list[str]:
    factor = min(1.0, _MAX_HEIGHT_PIXELS / picture.shape[0])
    if kind != "page" and factor < 1:
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    command = [
        "tesseract",
        "-",
        "-",
        "--psm",
        str(_SEGMENTATION_MODES[kind]),
        "-c",
        f"tessedit_char_whitelist={DIGITS}",
    ]
    content = cv2.imencode(".png", picture[..., ::-1])[1].tobytes()
    text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return text.splitlines()


def make_rapidocr(letters: str = "", digits: str = "") -> ReaderMaker:
    """Return a maker of readers that call RapidOCR; raises PeerMissingError.

    Args:
        letters: letters to read as the `digits` at the same places.
    """
    server, replacements = _start_server(), str.maketrans(letters, digits)
    return lambda kind: partial(
        _read_by_server, server=server, detect=kind in ("line", "page"), replacements=replacements
    )


@cache
def _start_server() -> subprocess.Popen[bytes]:
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise PeerMissingError("it is not installed (make bench-peers installs it).")
    command = [str(python), str(Path(__file__).with_name("rapidocr_server.py"))]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert server.stdout
    if server.stdout.readline() != b"ready\n":
        raise PeerMissingError("it does not start.")
    return server


def _read_by_server(
    picture: RGB, server: subprocess.Popen[bytes], detect: bool, replacements: dict[int, int]
) -> list[str]:
    assert server.stdin
    assert server.stdout
    content = io.BytesIO()
    np.save(content, picture, allow_pickle=False)
    server.stdin.write(b"%s %d\n" % (b"detect" if detect else b"recognize", content.tell()) + content.getvalue())
    server.stdin.flush()
    boxes, texts = [], []
    while answer := server.stdout.readline().decode().strip("\n"):
        *sides, text = answer.split("\t")
        boxes.append([float(side) for side in sides])
        texts.append("".join(character for character in text.translate(replacements) if character in DIGITS))
    return sort_into_rows(np.array(boxes).reshape(-1, 4), texts)


def make_tutorial_reader() -> ReaderMaker:
    """Return a maker of readers that work as the tutorials do; raises PeerMissingError."""
    folder = ENVIRONMENT / "models"
    model = folder / RECIPE / "model.tflite"
    if not model.exists():
        _train_tutorial(folder)
    reader = partial(_read_as_tutorials, classifier=Classifier(model.read_bytes(), RECIPE))
    return lambda kind: reader


def _train_tutorial(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "digitnet", "train", "--recipe", RECIPE]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "DIGITNET_MODELS": str(folder)}, capture_output=True)
    if done.returncode:
        raise PeerMissingError(f"the recipe {RECIPE} could not be trained.")


def _read_as_tutorials(picture: RGB, classifier: Classifier) -> list[str]:
    gray = cv2.GaussianBlur(rgb_to_gray(picture), (5, 5), 0)
    ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    contours = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    boxes = [box for box in map(cv2.boundingRect, contours) if box[3] >= 10]
    if not boxes:
        return []
    crops = [np.pad(cv2.resize(ink[y : y + h, x : x + w], (18, 18)), 5) for x, y, w, h in boxes]
    labels = classifier.predict_digit_probabilities(np.array(crops)).argmax(axis=1)
    corners = np.array([[x, y, x + w, y + h] for x, y, w, h in boxes], float)
    return sort_into_rows(corners, [str(label) for label in labels])


def sort_into_rows(boxes: NDArray[Any], texts: Sequence[str]) -> list[str]:
    """Join the texts of each row in reading order.

    A box belongs to a row if its middle is above the bottom of the row's first box.

    Args:
        boxes: float (n, 4), x0 y0 x1 y1.
    """
    rows: list[list[int]] = []
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    for i in np.argsort(middles, kind="stable"):
        first = rows[-1][0] if rows else None
        if first is not None and middles[i] < boxes[first, 3]:
            rows[-1].append(int(i))
        else:
            rows.append([int(i)])
    return ["".join(texts[i] for i in sorted(row, key=lambda i: boxes[i, 0])) for row in rows]


PEERS: dict[str, Callable[[], ReaderMaker]] = {
    "tesseract": make_tesseract,
    "rapidocr": make_rapidocr,
    "rapidocr-lenient": partial(make_rapidocr, *LOOKALIKES),
    "tutorial": make_tutorial_reader,
}
