"""One photo on the Photos page: its boxes and text, other ways to read it, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitnet import DigitnetError, Reading
from digitnet.reading import Hints
from pages import parts, readings
from pages.readings import Look

AUTOMATIC = "Automatic"
INKS = {AUTOMATIC: None, "Darker than its ground": True, "Lighter": False}
LINES = {AUTOMATIC: None, "Take out": True, "Leave in": False}
WIDTH, HIGHEST = 640, 960  # pixels of the picture on the page
LEAST = 8  # pixels of the page that a dragged box has at least; a tap is less
MARGIN = 70  # of the page and the card, beside the picture
STYLE = "[class*=st-key-paper-] { overflow: hidden; } [class*=st-key-paper-] canvas { touch-action: none; }"
Box = tuple[int, int, int, int]


class Photo(NamedTuple):
    """A picture file as it came; `key` tells it from all others of the page."""

    name: str
    content: bytes
    digest: str
    key: str


class Result(NamedTuple):
    """What came of a photo: a reading with its picture, or the sentence that says why there is none."""

    photo: Photo
    reading: Reading | None
    picture: bytes
    error: str


@dataclass
class Treatment:
    """How a photo is to be read; kept while its controls are not on the page."""

    ink: str = AUTOMATIC
    lines: str = AUTOMATIC
    region: Box | None = None
    drags: int = 0

    @property
    def hints(self) -> Hints:
        """What the user has said of the photo."""
        return Hints(INKS[self.ink], LINES[self.lines], self.region)

    def read_part(self, region: Box | None) -> None:
        """Read only a part of the photo, or all of it; the canvas begins anew."""
        self.region = region
        self.drags += 1

    def read_as_found(self) -> None:
        """Forget all that was said."""
        self.ink = self.lines = AUTOMATIC
        self.read_part(None)


def treatment_of(photo: Photo) -> Treatment:
    """Return how the photo is to be read, as its controls say by now."""
    state = st.session_state
    treatment: Treatment = state.setdefault("treatments", {}).setdefault(photo.key, Treatment())
    treatment.ink = state.get(f"ink-{photo.key}", treatment.ink)
    treatment.lines = state.get(f"lines-{photo.key}", treatment.lines)
    return treatment


def read(photo: Photo, model: str, risk: float) -> Result:
    """Read one photo; a picture that cannot be read becomes a sentence."""
    try:
        reading, picture = readings.read(look_at(photo, model), risk)
    except DigitnetError as error:
        return Result(photo, None, b"", str(error))
    return Result(photo, reading, picture, "")


def look_at(photo: Photo, model: str) -> Look:
    """Return the photo with all that decides its reading."""
    return Look(photo.content, photo.digest, model, treatment_of(photo).hints)


def show(result: Result, model: str, risk: float) -> None:
    """Show one photo with its boxes beside the text of its rows."""
    photo, reading = result.photo, result.reading
    if reading is None:
        st.error(f"**{parts.plain(photo.name)}**: {result.error}", icon=":material/error:")
        return
    treatment = treatment_of(photo)
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=WIDTH):
                if st.session_state.get(f"change-{photo.key}"):
                    show_canvas(result, treatment)
                else:
                    st.image(result.picture, caption=parts.plain(photo.name))
            with st.container(width=420):
                show_found(photo, reading)
                if st.toggle("Read it differently", key=f"change-{photo.key}"):
                    choose_treatment(photo, treatment)
                elif treatment.hints != Hints():
                    st.caption("Read as you said, not as found out.")
                opened = st.toggle("How it was read", key=f"steps-{photo.key}")
        if opened:
            show_steps(photo, model, risk, reading)


def show_found(photo: Photo, reading: Reading) -> None:
    """Show the text of a photo."""
    if len(reading):
        st.caption(readings.found(reading))
        readings.show_text(reading, photo.key, "1.5rem")
    else:
        place = "in this part of the photo" if treatment_of(photo).region else "on this photo"
        st.info(f"No digits found {place}.", icon=":material/search_off:")


def choose_treatment(photo: Photo, treatment: Treatment) -> None:
    """Show how else the photo can be read."""
    st.session_state.setdefault(f"ink-{photo.key}", treatment.ink)
    st.session_state.setdefault(f"lines-{photo.key}", treatment.lines)
    st.segmented_control("Ink", list(INKS), key=f"ink-{photo.key}", required=True)
    st.segmented_control("Printed lines", list(LINES), key=f"lines-{photo.key}", required=True)
    st.caption("Drag a box on the picture to read only that part.")
    st.button(
        "Whole picture",
        icon=":material/fullscreen:",
        key=f"whole-{photo.key}",
        on_click=treatment.read_part,
        args=(None,),
        disabled=treatment.region is None,
    )


def show_canvas(result: Result, treatment: Treatment) -> None:
    """Show the photo to drag a box on; a new box is the part that is read from now on."""
    photo, reading = result.photo, result.reading
    assert reading
    full_width, full_height = reading.size
    factor = min(WIDTH / full_width, HIGHEST / full_height)
    width, height = max(1, round(full_width * factor)), max(1, round(full_height * factor))
    st.html(f"<style>{parts.zoom_to_fit(f'paper-{photo.key}', width, MARGIN)}</style>")
    with st.container(key=f"paper-{photo.key}"):
        canvas = st_canvas(
            drawing_mode="labeled_rect",
            stroke_width=3,
            stroke_color="#0072b2",
            fill_color="rgba(0, 114, 178, 0.2)",
            background_image=result.picture,
            width=width,
            height=height,
            # A canvas of its own for every box: the part that is read stands in the picture already.
            key=f"canvas-{photo.key}-{treatment.drags}",
        )
    st.caption(parts.plain(photo.name))
    if canvas.boxes:
        last = canvas.boxes[-1]
        region = to_region(last, factor, reading.size)
        treatment.read_part(region or treatment.region)
        st.rerun()


def to_region(box: dict[str, float], factor: float, size: tuple[int, int]) -> Box | None:
    """Return a box of the canvas in pixels of the photo, None if it is hardly more than a tap."""
    sides = (box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"])
    left, top, right, bottom = (round(side / factor) for side in sides)
    left, right = max(0, left), min(right, size[0])
    top, bottom = max(0, top), min(bottom, size[1])
    return (left, top, right, bottom) if min(right - left, bottom - top) * factor >= LEAST else None


def show_steps(photo: Photo, model: str, risk: float, reading: Reading) -> None:
    """Show the steps from the photo to its digits, two beside each other."""
    steps = readings.steps(look_at(photo, model), risk)
    for pair in (steps.pictures[:2], steps.pictures[2:]):
        for column, (caption, picture) in zip(st.columns(2), pair, strict=True):
            column.image(picture, caption=caption)
    if len(reading):
        st.caption("Step 5: each digit as the network sees it, with its confidence and the runner-up")
        readings.show_crops(reading)
    if steps.refused:
        said = parts.plural(len(reading.refused), "piece")
        more = f", the first {len(steps.refused)} shown" if len(steps.refused) < len(reading.refused) else ""
        st.caption(f"Left out as no digit: {said}{more}")
        readings.show_refused(steps.refused)
