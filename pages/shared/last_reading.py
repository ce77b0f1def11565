"""Keep the picture that was read last in this tab, for the page Inside."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import Reading
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import read_drawing
from pages.shared import formatting, model_choice, reading_view
from pages.shared.canvas_strokes import load_drawing, to_strokes
from pages.shared.reading_cache import CacheKey, ReadingRequest, read_with_stages

DRAWING, PHOTO, SAMPLE = "drawing", "photo", "sample"
_SAMPLE_FILE = "touching.jpg"  # Its touching digits are over-segmented, so that all steps can be seen.


@dataclass(frozen=True)
class Picture:
    """A drawing, a photo or a sample that any model can read.

    Attributes:
        source: "drawing", "photo", or "sample" if the user has neither drawn nor added a picture.
        file: name of the file.
        content: content of the file.
        hints: hints of the user for a photo.
        strokes: strokes of a drawing as the canvas reports them, in JSON.
        page: number of the page of the file, from 1.
    """

    source: str
    file: str
    content: bytes
    hints: Hints = field(default_factory=Hints)
    strokes: str = "[]"
    page: int = 1

    @classmethod
    def from_drawing(cls, png: bytes, strokes: list[dict[str, Any]]) -> Picture:
        """Make a picture of a drawing, from a PNG file and the strokes of the canvas."""
        return cls(DRAWING, "drawing.png", png, strokes=json.dumps(strokes))

    @classmethod
    def load_sample(cls) -> Picture:
        """Load the sample picture."""
        return cls(SAMPLE, _SAMPLE_FILE, (files("digitnet.resources") / "samples" / _SAMPLE_FILE).read_bytes())

    @property
    def digest(self) -> str:
        """A digest of the content, source, hints, strokes and page: 16 hexadecimal digits."""
        settings = repr((self.source, self.hints, self.strokes, self.page)).encode()
        return hashlib.sha256(self.content + settings).hexdigest()[:16]

    def make_request(self, model: str) -> ReadingRequest:
        """Make the request to read the picture with a model."""
        return ReadingRequest(self.content, self.digest, model, self.hints, self.page)

    def read(self, model: str) -> Reading:
        """Read the picture with a model, and keep the stages.

        Raises:
            DigitnetError: the picture or the model cannot be read.
        """
        request = self.make_request(model)
        reading = _read(request, request.key, self.strokes if self.source == DRAWING else None)
        risk = model_choice.get_risk(model) if self.source == PHOTO else DEFAULT_RISK
        return replace(reading, level=model_choice.load_classifier(model).find_min_confidence(risk))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(_request: ReadingRequest, key: CacheKey, strokes: str | None) -> Reading:
    if strokes is None:
        return read_with_stages(_request)
    image, classifier = load_drawing(_request.content), model_choice.load_classifier(_request.model)
    return read_drawing(image, classifier, to_strokes(json.loads(strokes)))


@dataclass(frozen=True, eq=False)
class InspectedReading:
    """A reading that the page Inside shows, and the digit picked from it.

    Attributes:
        picture: the picture that was read.
        reading: its reading with the stages.
        model: name of the model that read it.
        index: index of the picked digit, 0 if there is no digit.
    """

    picture: Picture
    reading: Reading
    model: str
    index: int = 0

    @property
    def digit(self) -> NDArray[np.uint8] | None:
        """The digit as the network sees it, uint8 (28, 28), ink 255, or None if no digit was found."""
        return self.reading.crops[self.index] if len(self.reading) else None

    @property
    def label(self) -> int | None:
        """The label of the digit, or None if no digit was found."""
        return int(self.reading.labels[self.index]) if len(self.reading) else None


@dataclass
class LastPicture:
    """The picture that was read last in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        picture: the picture, or None if none was read yet.
        requested: whether the user asked to see how it was read.
    """

    picture: Picture | None = None
    requested: bool = False

    def request_inspection(self, picture: Picture) -> None:
        """Have the page Inside show how this picture was read."""
        self.picture, self.requested = picture, True


def get_last_picture() -> LastPicture:
    """Return the picture that was read last in this tab."""
    last: LastPicture = st.session_state.setdefault("last_read", LastPicture())
    return last


def show_inside_button(picture: Picture, key: str) -> None:
    """Store a picture as the one read last, and show the button that leads to its steps."""
    last = get_last_picture()
    if not last.requested or picture.source == DRAWING:  # A drawing may have grown since the button was shown.
        last.picture = picture
    if last.requested:
        last.requested = False
        st.switch_page("pages/inside.py")
    st.button(
        "How it was read",
        icon=":material/visibility:",
        key=f"inside-{key}",
        on_click=last.request_inspection,
        args=(picture,),
    )


def choose_reading(model: str) -> InspectedReading:
    """Show the choice of a digit of the last picture, and return its reading.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    last = get_last_picture()
    last.requested = False
    picture = last.picture or Picture.load_sample()
    reading = picture.read(model)
    index = reading_view.choose_digit("Digit", reading, f"digit-{picture.digest}")
    return InspectedReading(picture, reading, model, index)


def show_source(picture: Picture) -> None:
    """Tell which picture it is; if it is the sample, lead to pictures of the user's own."""
    if picture.source == DRAWING:
        st.caption("Your last drawing.")
    elif picture.source == PHOTO:
        st.caption(f"Photo: {formatting.escape_markdown(picture.file)}")
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("This is a sample. Draw a number or add a photo to look inside yours.", width="content")
            st.page_link("pages/draw.py", label="Draw a number", icon=":material/draw:")
            st.page_link("pages/photos.py", label="Read a photo", icon=":material/photo_camera:")
