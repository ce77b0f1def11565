"""A photo on the page Photos: its boxes and text, its options, and the steps of its reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.preprocessing.images import load
from digitnet.reading.result import Hints
from pages.corrections import history, panel
from pages.corrections.picture import CorrectablePicture, CorrectedReading
from pages.photo import reading_options
from pages.shared import formatting, last_reading, model_choice, pipeline_steps, reading_cache, reading_view, remembered
from pages.shared.last_reading import PHOTO, Picture
from pages.shared.reading_cache import ReadingRequest

_PHOTO_WIDTH = 640  # Pixels of a photo on the page.


class Photo(NamedTuple):
    """A picture file from the user; its `key` is unique on the page."""

    name: str
    content: bytes
    digest: str
    key: str


@dataclass(frozen=True, eq=False)
class PhotoReading:
    """A photo that was read: its picture, its corrected reading, and a JPEG file with boxes."""

    picture: CorrectablePicture
    corrected: CorrectedReading
    annotated: bytes


class PhotoResult(NamedTuple):
    """The outcome for a photo: its reading, or a sentence that says why it could not be read."""

    photo: Photo
    read: PhotoReading | None
    error: str

    @property
    def reading(self) -> Reading | None:
        """The corrected reading, or None if the photo could not be read."""
        return self.read.corrected.reading if self.read else None


def read_photo(photo: Photo, model: str, risk: float) -> PhotoResult:
    """Read a photo; the result has an error sentence if that fails."""
    request = make_request(photo, model)
    try:
        components = reading_cache.read_picture(request, risk, history.get_boxes(photo.key, request.hints))
    except DigitnetError as error:
        return PhotoResult(photo, None, str(error))
    picture = CorrectablePicture(
        key=photo.key,
        components=components,
        view=request.hints,
        load_image=lambda: load(photo.content),
        load_reading=lambda: reading_cache.read_with_stages(request),
        model=model,
        source="photo",
        file=photo.name,
    )
    corrected = panel.apply_input(picture)
    annotated = reading_cache.annotate_picture(request, corrected.reading)
    return PhotoResult(photo, PhotoReading(picture, corrected, annotated), "")


def make_request(photo: Photo, model: str) -> ReadingRequest:
    """Make the request to read a photo with its options."""
    return ReadingRequest(photo.content, photo.digest, model, reading_options.get_options(photo.key).hints)


def show(result: PhotoResult, model: str, risk: float) -> None:
    """Show a photo with its boxes beside the text of its rows."""
    photo, read = result.photo, result.read
    if read is None:
        st.error(f"**{formatting.escape_markdown(photo.name)}**: {result.error}", icon=":material/error:")
        return
    options, reading = reading_options.get_options(photo.key), read.corrected.reading
    options.size = reading.size
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=_PHOTO_WIDTH):
                if remembered.get(f"change-{photo.key}"):
                    reading_options.show_photo(photo.key, options, read.annotated, photo.name)
                else:
                    alt = f"{photo.name} with {reading_view.describe_reading(reading)}"
                    upright = reading_cache.to_upright_jpeg(make_request(photo, model))
                    panel.show(read.picture, read.corrected, upright, annotated=read.annotated, alt=alt, small=True)
                st.caption(formatting.escape_markdown(photo.name), text_alignment="center")
            with st.container(width=420):
                _show_text(photo, reading)
                if remembered.show(st.toggle, "Read it differently", name=f"change-{photo.key}", default=False):
                    reading_options.show_controls(photo.key, options)
                elif options.hints != Hints():
                    st.caption("Read with your settings.")
                last_reading.show_inside_button(Picture(PHOTO, photo.name, photo.content, options.hints), photo.key)
                steps_shown = remembered.show(st.toggle, "Show the steps", name=f"steps-{photo.key}", default=False)
        if steps_shown:
            _show_steps(photo, model, risk, read.picture.components.reading)


def _show_text(photo: Photo, reading: Reading) -> None:
    if len(reading):
        st.caption(reading_view.describe_reading(reading))
        reading_view.show_text(reading, photo.key, "1.5rem")
    else:
        place = "in this part of the photo" if reading_options.get_options(photo.key).region else "on this photo"
        st.info(f"No digits found {place}.", icon=":material/search_off:")


def _show_steps(photo: Photo, model: str, risk: float, reading: Reading) -> None:
    request = make_request(photo, model)
    level = model_choice.load_classifier(model).find_min_confidence(risk)
    steps = pipeline_steps.list_steps(request, level, lambda: reading_cache.read_with_stages(request))
    pipeline_steps.show_steps(steps.pictures, columns=2, key=f"-{photo.key}")
    if len(reading):
        number = len(steps.pictures) + 1
        st.caption(f"{number}. Each digit as the network sees it, with its confidence and the runner-up.")
        reading_view.show_crops(reading)
    pipeline_steps.show_refused(steps, reading)
