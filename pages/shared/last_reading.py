"""What the page Inside looks at: the picture that was read last in this tab, and the digit picked from it."""

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
from digitnet.preprocessing.images import load
from digitnet.reading.pipeline import read_drawing, read_rgb
from digitnet.reading.result import Hints, require_stages
from pages.shared import formatting, model_choice, reading_cache, reading_view
from pages.shared.canvas_strokes import to_strokes
from pages.shared.reading_cache import ReadingRequest

DRAWING, PHOTO, SAMPLE = "drawing", "photo", "sample"
_SAMPLE = "touching.jpg"  # so that there is something to part


@dataclass(frozen=True)
class Picture:
    """A picture as it was brought, to be read by whichever model.

    Attributes:
        source: "drawing", "photo", or "sample" where nothing was brought yet.
        file: its name.
        content: the file.
        hints: what the user said of a photo.
        strokes: of a drawing, as the canvas reports them, in JSON.
    """

    source: str
    file: str
    content: bytes
    hints: Hints = field(default_factory=Hints)
    strokes: str = "[]"

    @classmethod
    def drawing(cls, png: bytes, strokes: list[dict[str, Any]]) -> Picture:
        """Return what is drawn on the canvas."""
        return cls(DRAWING, "drawing.png", png, strokes=json.dumps(strokes))

    @classmethod
    def sample(cls) -> Picture:
        """Return the picture that is shown where nothing was read yet."""
        return cls(SAMPLE, _SAMPLE, (files("digitnet.resources") / "samples" / _SAMPLE).read_bytes())

    @property
    def digest(self) -> str:
        """What tells it from others, 16 hexadecimal digits."""
        said = repr((self.source, self.hints, self.strokes)).encode()
        return hashlib.sha256(self.content + said).hexdigest()[:16]

    def look(self, model: str) -> ReadingRequest:
        """Return the picture with the model that reads it."""
        return ReadingRequest(self.content, self.digest, model, self.hints)

    def read(self, model: str) -> Reading:
        """Return what a model reads on it, with its stages.

        Raises:
            DigitnetError: the picture or the model cannot be read.
        """
        look = self.look(model)
        reading = _read(look, look.key, self.strokes if self.source == DRAWING else None)
        risk = st.session_state.get("chosen_risk", DEFAULT_RISK) if self.source == PHOTO else DEFAULT_RISK
        return replace(reading, level=model_choice.load_classifier(model).find_min_confidence(risk))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(_look: ReadingRequest, key: tuple[str, str, str, Hints], strokes: str | None) -> Reading:
    image, classifier = load(_look.content), model_choice.load_classifier(_look.model)
    if strokes is None:
        reading = read_rgb(image, classifier, hints=_look.hints)
    else:
        reading = read_drawing(image, classifier, to_strokes(json.loads(strokes)))
    return replace(
        reading, stages=replace(require_stages(reading), image=reading_cache.shrink(image))
    )  # which may be large


@dataclass(frozen=True, eq=False)
class InspectedReading:
    """A picture that was read, and which of its digits is looked at.

    Attributes:
        picture: the file, and where it comes from.
        reading: what is on it, with its stages.
        model: that read it.
        index: of the digit that was picked; 0 where there is none.
    """

    picture: Picture
    reading: Reading
    model: str
    index: int = 0

    @property
    def digit(self) -> NDArray[np.uint8] | None:
        """The digit as the network sees it, uint8 (28, 28), ink 255; None where nothing was found."""
        return self.reading.crops[self.index] if len(self.reading) else None

    @property
    def label(self) -> int | None:
        """What the digit is read as; None where nothing was found."""
        return int(self.reading.labels[self.index]) if len(self.reading) else None


@dataclass
class LastPicture:
    """The picture that was read last in this tab.

    A button's callback is a method of this and asks nothing of `st.session_state`, see `pages.draw.Paper`.
    """

    picture: Picture | None = None
    asked: bool = False  # to look inside

    def ask(self, picture: Picture) -> None:
        """Have the page Inside show how this picture was read."""
        self.picture, self.asked = picture, True


def get_last_picture() -> LastPicture:
    """Return the picture that was read last in this tab."""
    state: LastPicture = st.session_state.setdefault("last_read", LastPicture())
    return state


def show_inside_button(picture: Picture, key: str) -> None:
    """Note a picture as the one read last, and show the button that leads to how it was read."""
    state = get_last_picture()
    if not state.asked or picture.source == DRAWING:  # a drawing may have grown since the button was shown
        state.picture = picture
    if state.asked:
        state.asked = False
        st.switch_page("pages/inside.py")
    st.button("How it was read", icon=":material/visibility:", key=f"inside-{key}", on_click=state.ask, args=(picture,))


def choose_reading(model: str) -> InspectedReading:
    """Show what is looked at and the choice of a digit of it; return both.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    get_last_picture().asked = False
    picture = get_last_picture().picture or Picture.sample()
    if picture.source == SAMPLE:
        _show_sample_notice()
    else:
        st.caption(
            "Your last drawing." if picture.source == DRAWING else f"Photo: {formatting.escape_markdown(picture.file)}"
        )
    reading = picture.read(model)
    return InspectedReading(picture, reading, model, _choose_digit(picture, reading))


def _show_sample_notice() -> None:
    st.markdown("This is a sample. Draw a number or add a photo to look inside yours.")
    with st.container(horizontal=True):
        st.page_link("pages/draw.py", label="Draw a number", icon=":material/draw:")
        st.page_link("pages/photos.py", label="Read a photo", icon=":material/photo_camera:")


def _choose_digit(picture: Picture, reading: Reading) -> int:
    kept: dict[str, int] = st.session_state.setdefault("inside_digit", {})
    index = reading_view.choose_digit("Digit", reading, kept.get(picture.digest, 0), f"digit-{picture.digest}")
    st.session_state.inside_digit = {picture.digest: index}
    return index
