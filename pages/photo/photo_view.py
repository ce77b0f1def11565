"""One photo on the Photos page: its boxes and text, other ways to read it, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.preprocessing.images import load
from digitnet.reading.result import Hints
from pages.corrections import history, panel
from pages.corrections.subject import State, Subject
from pages.photo import reading_options
from pages.shared import formatting, last_reading, model_choice, pipeline_steps, reading_cache, reading_view
from pages.shared.last_reading import PHOTO, Picture
from pages.shared.reading_cache import ReadingRequest

WIDTH = 640  # pixels of a photo on the page


class Photo(NamedTuple):
    """A picture file as it came; `key` tells it from all others of the page."""

    name: str
    content: bytes
    digest: str
    key: str


@dataclass(frozen=True, eq=False)
class Found:
    """What is on a photo: what can be put right, what it says by now, and a picture of that."""

    subject: Subject
    state: State
    picture: bytes


class Result(NamedTuple):
    """What came of a photo: what was found, or the sentence that says why there is nothing."""

    photo: Photo
    found: Found | None
    error: str

    @property
    def reading(self) -> Reading | None:
        """What the photo says by now."""
        return self.found.state.reading if self.found else None


def read(photo: Photo, model: str, risk: float) -> Result:
    """Read one photo; a picture that cannot be read becomes a sentence."""
    look = look_at(photo, model)
    try:
        pieces = reading_cache.read_picture(look, risk, history.boxes_of(photo.key, look.hints))
    except DigitnetError as error:
        return Result(photo, None, str(error))
    subject = Subject(
        photo.key,
        pieces,
        look.hints,
        lambda: load(photo.content),
        lambda: reading_cache.read_with_stages(look),
        model,
        "photo",
        photo.name,
    )
    state = panel.take_in(subject)
    return Result(photo, Found(subject, state, reading_cache.annotate_picture(look, state.reading)), "")


def look_at(photo: Photo, model: str) -> ReadingRequest:
    """Return the photo with all that decides its reading."""
    return ReadingRequest(photo.content, photo.digest, model, reading_options.of(photo.key).hints)


def show(result: Result, model: str, risk: float) -> None:
    """Show one photo with its boxes beside the text of its rows."""
    photo, found = result.photo, result.found
    if found is None:
        st.error(f"**{formatting.escape_markdown(photo.name)}**: {result.error}", icon=":material/error:")
        return
    treatment, reading = reading_options.of(photo.key), found.state.reading
    treatment.size = reading.size
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=WIDTH):
                if st.session_state.get(f"change-{photo.key}"):
                    reading_options.show_photo(photo.key, treatment, found.picture, photo.name)
                else:
                    alt = f"{photo.name} with {reading_view.describe_reading(reading)}"
                    plain = reading_cache.make_upright(look_at(photo, model))
                    panel.show(found.subject, found.state, plain, picture=found.picture, alt=alt, small=True)
                st.caption(formatting.escape_markdown(photo.name), text_alignment="center")
            with st.container(width=420):
                show_found(photo, reading)
                if st.toggle("Read it differently", key=f"change-{photo.key}"):
                    reading_options.choose(photo.key, treatment)
                elif treatment.hints != Hints():
                    st.caption("Read as you said, not as found out.")
                last_reading.show_inside_button(Picture(PHOTO, photo.name, photo.content, treatment.hints), photo.key)
                opened = st.toggle("Show the steps", key=f"steps-{photo.key}")
        if opened:
            show_steps(photo, model, risk, found.subject.pieces.reading)


def show_found(photo: Photo, reading: Reading) -> None:
    """Show the text of a photo."""
    if len(reading):
        st.caption(reading_view.describe_reading(reading))
        reading_view.show_text(reading, photo.key, "1.5rem")
    else:
        place = "in this part of the photo" if reading_options.of(photo.key).region else "on this photo"
        st.info(f"No digits found {place}.", icon=":material/search_off:")


def show_steps(photo: Photo, model: str, risk: float, reading: Reading) -> None:
    """Show the steps from the photo to its digits, two beside each other."""
    look = look_at(photo, model)
    found = pipeline_steps.list_steps(
        look,
        model_choice.load_classifier(model).find_min_confidence(risk),
        lambda: reading_cache.read_with_stages(look),
    )
    pipeline_steps.show_steps(found.pictures, columns=2, key=f"-{photo.key}")
    if len(reading):
        st.caption(
            f"{len(found.pictures) + 1}. Each digit as the network sees it, with its confidence and the runner-up."
        )
        reading_view.show_crops(reading)
    pipeline_steps.show_refused(found, reading)
