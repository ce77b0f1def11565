"""Other readers of digits, to score on the same pictures: `python benchmarks/accuracy.py --peer all`.

`make bench-peers` installs and runs them. Each gets the settings that did best of those tried, and is told
whether a picture holds one digit, one line or a page, which digitnet is not.

- tesseract: Tesseract 5 with a whitelist of digits; pictures of a digit or a line are shrunk to 90 pixels,
  with which it does better. A process for each picture, as pytesseract does it too.
- rapidocr: RapidOCR with the PaddleOCR models of its wheel, in a virtual environment and a process of its
  own; a picture of a single digit goes to its recogniser as it is. What it reads as no digit is left out.
- rapidocr-lenient: the same, but letters that look like digits (O, S, g, ...) are taken for these digits, as
  one would who knows that nothing else is written; it refuses less, then.
- tutorial: Otsu's threshold, external contours, each box stretched to 18 x 18 and padded to 28 x 28, and the
  tutorials' network, the recipe `cnn-30-15` (see digitnet/recipes.py), trained as published.
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

from benchmarks.cases import ROOT, Kind, Maker
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.types import RGB

ENVIRONMENT = ROOT / ".venv-peers"
LAYOUT: dict[Kind, int] = {"digit": 6, "nondigit": 6, "line": 7, "page": 4}  # Tesseract's --psm
TALLEST = 90  # pixels
RECIPE = "cnn-30-15"
DIGITS = "0123456789"
LOOKALIKES = ("OoDQIl|ZzSsbGTBgq", "00001112255667899")


class PeerMissingError(Exception):
    """A peer cannot be used here; the message says why."""


def tesseract() -> Maker:
    if not shutil.which("tesseract"):
        raise PeerMissingError("there is no program tesseract (Debian and Ubuntu: apt install tesseract-ocr).")
    return lambda kind: partial(_read_by_tesseract, kind=kind)


def _read_by_tesseract(picture: RGB, kind: Kind) -> list[str]:
    factor = min(1.0, TALLEST / picture.shape[0])
    if kind != "page" and factor < 1:
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    command = ["tesseract", "-", "-", "--psm", str(LAYOUT[kind]), "-c", f"tessedit_char_whitelist={DIGITS}"]
    content = cv2.imencode(".png", picture[..., ::-1])[1].tobytes()
    text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return text.splitlines()


def rapidocr(letters: str = "", digits: str = "") -> Maker:
    """Return RapidOCR; `letters` are taken for the `digits` at the same places."""
    server, readable = _server(), str.maketrans(letters, digits)
    return lambda kind: partial(_read_by_server, server=server, detect=kind in ("line", "page"), readable=readable)


@cache
def _server() -> subprocess.Popen[bytes]:
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise PeerMissingError("it is not installed (make bench-peers installs it).")
    command = [str(python), str(Path(__file__).with_name("rapidocr_server.py"))]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert server.stdout
    if server.stdout.readline() != b"ready\n":
        raise PeerMissingError("it does not start.")
    return server


def _read_by_server(picture: RGB, server: subprocess.Popen[bytes], detect: bool, readable: dict[int, int]) -> list[str]:
    assert server.stdin
    assert server.stdout
    content = io.BytesIO()
    np.save(content, picture, allow_pickle=False)
    server.stdin.write(b"%s %d\n" % (b"detect" if detect else b"recognise", content.tell()) + content.getvalue())
    server.stdin.flush()
    boxes, texts = [], []
    while answer := server.stdout.readline().decode().strip("\n"):
        *sides, text = answer.split("\t")
        boxes.append([float(side) for side in sides])
        texts.append("".join(character for character in text.translate(readable) if character in DIGITS))
    return in_rows(np.array(boxes).reshape(-1, 4), texts)


def tutorial() -> Maker:
    folder = ENVIRONMENT / "models"
    model = folder / RECIPE / "model.tflite"
    if not model.exists():
        _train_tutorial(folder)
    reader = partial(_read_as_tutorials_do, classifier=Classifier(model.read_bytes(), RECIPE))
    return lambda kind: reader


def _train_tutorial(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "digitnet", "train", "--recipe", RECIPE]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "DIGITNET_MODELS": str(folder)}, capture_output=True)
    if done.returncode:
        raise PeerMissingError(f"the recipe {RECIPE} could not be trained.")


def _read_as_tutorials_do(picture: RGB, classifier: Classifier) -> list[str]:
    gray = cv2.GaussianBlur(rgb_to_gray(picture), (5, 5), 0)
    ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    contours = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    boxes = [box for box in map(cv2.boundingRect, contours) if box[3] >= 10]
    if not boxes:
        return []
    crops = [np.pad(cv2.resize(ink[y : y + h, x : x + w], (18, 18)), 5) for x, y, w, h in boxes]
    labels = classifier.predict_digit_probabilities(np.array(crops)).argmax(axis=1)
    corners = np.array([[x, y, x + w, y + h] for x, y, w, h in boxes], float)
    return in_rows(corners, [str(label) for label in labels])


def in_rows(boxes: NDArray[Any], texts: Sequence[str]) -> list[str]:
    """Return texts in reading order; a box is of a row if its middle is at the height of the row's first.

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


PEERS: dict[str, Callable[[], Maker]] = {
    "tesseract": tesseract,
    "rapidocr": rapidocr,
    "rapidocr-lenient": partial(rapidocr, *LOOKALIKES),
    "tutorial": tutorial,
}
