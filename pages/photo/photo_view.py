"""A photo on the page Photos: its boxes and text, its options, and the steps of its reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.documents.page import Page
from digitnet.reading.misfits import describe_misfits
from digitnet.reading.view_notes import describe_view
from digitnet.types import RGB
from pages.corrections import history, panel
from pages.corrections.picture import CorrectablePicture, CorrectedReading
from pages.photo import doubts, no_digits, option_controls, photo_reader, reading_options
from pages.photo.photo_reader import UNEXPECTED, ReadingJob
from pages.shared import (
    background,
    feedback,
    formatting,
    last_reading,
    model_choice,
    pipeline_steps,
    reading_cache,
    reading_view,
    remembered,
)
from pages.shared.last_reading import PHOTO, Picture
from pages.shared.pipeline_steps import Steps
from pages.shared.reading_cache import ReadingRequest

PAGE_MARK = "-page"  # It stands before the number of the page in digest and key of a page of several.
_NUMBER_SIZE, _ROWS_SIZE = "2.5rem", "1.5rem"  # Sizes of the font for a single number, and for several.


class Photo(NamedTuple):
    """A page of a file from the user.

    Attributes:
        file: name of the file, unless another has the same: then with a number.
        content: content of the file.
        digest: digest of the content and the page.
        key: unique on the page Photos.
        page: which page it is; most files have one.
        file_key: key of the file, the same for all its pages.
    """

    file: str
    content: bytes
    digest: str
    key: str
    page: Page = Page()
    file_key: str = ""

    @property
    def file_digest(self) -> str:
        """The digest of the file."""
        return self.digest.partition(PAGE_MARK)[0]

    @property
    def name(self) -> str:
        """The name of the file, and of the page if it has several: "scan.pdf, page 2"."""
        return self.page.name(self.file)


@dataclass(frozen=True, eq=False)
class PhotoReading:
    """A photo that was read.

    Attributes:
        picture: its picture, to correct.
        corrected: its corrected reading.
        load_image: function that returns its picture as it was given, sized for display, uint8 (H, W, 3).
    """

    picture: CorrectablePicture
    corrected: CorrectedReading
    load_image: Callable[[], RGB]


class PhotoResult(NamedTuple):
    """The outcome for a photo: its reading, or a sentence that says why it could not be read, or neither yet."""

    photo: Photo
    read: PhotoReading | None = None
    error: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the photo is still to be read."""
        return self.read is None and not self.error

    @property
    def reading(self) -> Reading | None:
        """The corrected reading, or None if the photo was not read."""
        return self.read.corrected.reading if self.read else None


def read_photo(photo: Photo, model: str, risk: float) -> PhotoResult:
    """Read a photo; the result has an error sentence if that fails."""
    try:
        with feedback.explain_unexpected_errors(UNEXPECTED):
            return PhotoResult(photo, _read_photo(photo, model, risk))
    except DigitnetError as error:
        return PhotoResult(photo, error=str(error))


def _read_photo(photo: Photo, model: str, risk: float) -> PhotoReading:
    request, boxes = make_job(photo, model)
    components = reading_cache.read_picture(request, risk, boxes)
    picture = CorrectablePicture(
        key=photo.key,
        components=components,
        view=request.hints,
        load_image=lambda: request.load_page().image,
        load_reading=lambda: reading_cache.read_with_stages(request),
        model=model,
        source="photo",
        file=photo.name,
    )
    return PhotoReading(picture, panel.apply_input(picture), partial(reading_cache.load_small, request))


def make_job(photo: Photo, model: str) -> ReadingJob:
    """Make the job to read a photo with its options and the boxes that the user has changed."""
    request = make_request(photo, model)
    return ReadingJob(request, history.get_boxes(photo.key, request.hints))


def make_request(photo: Photo, model: str) -> ReadingRequest:
    """Make the request to read a photo with its options."""
    hints = reading_options.get_options(photo.key).hints
    return ReadingRequest(photo.content, photo.digest, model, hints, photo.page.number)


def show(result: PhotoResult, model: str, risk: float) -> None:
    """Show a photo, or a sentence that says why it cannot be read or shown."""
    if result.read is None:
        _show_error(result.photo, result.error)
        return
    try:
        with feedback.explain_unexpected_errors(UNEXPECTED):
            _show_parts(result.photo, result.read, model, risk)
    except DigitnetError as error:
        _show_error(result.photo, str(error))


def _show_error(photo: Photo, sentence: str) -> None:
    st.error(f"**{formatting.escape_markdown(photo.name)}**: {sentence}", icon=":material/error:")


def _show_parts(photo: Photo, read: PhotoReading, model: str, risk: float) -> None:
    """Show the text of the rows first, the picture with boxes beside or below it, and what can be done."""
    options, reading = reading_options.get_options(photo.key), read.corrected.reading
    options.note(reading)
    is_changed = bool(remembered.get(f"change-{photo.key}"))
    with st.container(key="photo-parts"):
        with st.container(key="photo-text"):
            if len(reading):
                _show_text(photo, read)
            else:
                no_digits.show(photo.key, options, reading, has_buttons=not is_changed)
            if reading.page.note:
                st.caption(reading.page.note)
            _show_view_note(photo, reading, has_buttons=not is_changed and len(reading) > 0)
        with st.container(key="photo-picture"):
            _show_picture(photo, read, model)
        with st.container(key="photo-tools"):
            if remembered.show(st.toggle, "Read it differently", name=f"change-{photo.key}", default=False):
                option_controls.show_controls(photo.key, options)
            elif not options.is_automatic:
                st.caption("Read with your settings.")
            picture = Picture(PHOTO, photo.name, photo.content, options.hints, page=photo.page.number)
            last_reading.show_inside_button(picture, photo.key)
            steps_shown = remembered.show(st.toggle, "Show the steps", name=f"steps-{photo.key}", default=False)
    if steps_shown:
        _show_steps(photo, model, risk, read.picture.components.reading)


def _show_view_note(photo: Photo, reading: Reading, *, has_buttons: bool) -> None:
    """Say how the photo was turned, and offer to turn it otherwise."""
    options = reading_options.get_options(photo.key)
    note = describe_view(reading) or ("It was not turned (your setting)." if options.turn is not None else "")
    if note:
        st.caption(note)
        if has_buttons:
            option_controls.show_turn_buttons(photo.key, options)


def _show_text(photo: Photo, read: PhotoReading) -> None:
    reading = read.corrected.reading
    size = _NUMBER_SIZE if len(reading.numbers) == 1 else _ROWS_SIZE
    panel.show_number(read.picture, reading, photo.key, size)
    doubts.show_doubts(reading)
    if misfits := describe_misfits(reading):
        st.caption(f":material/rule: {formatting.escape_markdown(misfits)}")
    elif reading.expect and not reading.unexpected.any():
        st.caption(f":material/rule: Read as expected: {formatting.escape_markdown(str(reading.expect))}")
    left_out = reading_view.describe_refused(len(reading.refused))
    changed = read.corrected.changed
    yours = f"{changed.sum()} corrected by you" if changed.any() else ""
    st.caption(", ".join(filter(None, [reading_view.describe_size(reading), left_out, yours])))
    doubts.show_confidence(reading, changed)


def _show_picture(photo: Photo, read: PhotoReading, model: str) -> None:
    request, reading = make_request(photo, model), read.corrected.reading
    annotated = reading_cache.annotate_picture(request, reading)
    if remembered.get(f"change-{photo.key}"):
        options = reading_options.get_options(photo.key)
        plain = reading_cache.annotate_picture(request, reading, has_structure=False)
        option_controls.show_photo(photo.key, options, annotated, plain, photo.name)
    else:
        alt = f"{photo.name} with {reading_view.describe_reading(reading)}"
        upright = reading_cache.to_upright_jpeg(request)
        panel.show(read.picture, read.corrected, upright, annotated=annotated, alt=alt, small=True)
    if len(reading) or len(reading.refused):
        lines = "line, taken out" if reading.grid is None else "line of the table"
        reading_view.show_legend(lines if len(reading.ruling) else "")


def _show_steps(photo: Photo, model: str, risk: float, reading: Reading) -> None:
    request = make_request(photo, model)
    level = model_choice.load_classifier(model).find_min_confidence(risk)

    def list_steps() -> Steps:
        return pipeline_steps.list_steps(request, level, lambda: reading_cache.read_with_stages(request))

    def prepare() -> None:
        list_steps()  # They are kept in the cache.

    run = partial(photo_reader.get_reader().run, ("steps", request.key, level), prepare)
    background.wait_for(run, "Making the pictures of the steps", st.empty())
    steps = list_steps()
    pipeline_steps.show_steps(steps.pictures, columns=2, key=f"-{photo.key}")
    if len(reading):
        number = len(steps.pictures) + 1
        st.caption(f"{number}. Each digit as the network sees it, with its confidence and the runner-up.")
        reading_view.show_crops(reading)
    pipeline_steps.show_refused(steps, reading)
