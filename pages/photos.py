"""Photos: read pictures of handwritten numbers, and take the digits away as files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import paste_button
from pages.components.tab_key import recognize_tab
from pages.corrections import panel
from pages.photo import (
    batch_keeping,
    doubts,
    downloads,
    overview,
    own_photos,
    page_choice,
    page_thumbnails,
    photo_reader,
    photo_view,
    reading_options,
    samples,
)
from pages.photo.overview import OpenedPhoto
from pages.photo.photo_reader import PhotoReader, ReadingJob
from pages.photo.photo_view import Photo, PhotoResult
from pages.shared import (
    background,
    expectation_choice,
    formatting,
    intake,
    layout,
    model_choice,
    own_files,
    pipeline_steps,
    reading_view,
    writer_choice,
)
from pages.shared.own_files import File, OwnFiles

_STYLE = (Path(__file__).parent / "photo" / "page.css").read_text(encoding="utf-8")
_COMPACT_STYLE = (Path(__file__).parent / "photo" / "compact_uploader.css").read_text(encoding="utf-8")
# How often photos that were read meanwhile are shown; less often if there are many, for which a run takes long.
_SHOW_SECONDS, _SHOW_SECONDS_PER_PHOTO = 1.5, 0.01


def main() -> None:
    """Show the page."""
    layout.start_page("photos.py", reading_view.STYLE + panel.STYLE + pipeline_steps.STYLE + doubts.STYLE + _STYLE)
    recognize_tab()
    own = own_photos.get_own_photos()
    introduction = st.empty()
    with st.container(horizontal=True, vertical_alignment="center", key="intake"):
        with st.container(key="uploader"):
            intake.show_uploader(own, "Photos of handwritten numbers", "uploads")
        paste_button.show("uploader")
        folder = intake.show_folder_toggle(own)
        camera = st.toggle("Use the camera", key=f"camera-{own.visit}")
        download = st.container(width="content", horizontal=True)
        model, risk = choose_settings()
    photo_reader.get_reader()  # It starts a worker while photos are chosen.
    own_photos.show_camera(own, "Hold the paper flat, in even light", is_on=camera)
    intake.show_folder(own, "uploads", is_on=folder)
    intake.show_notes(own)
    own_files.hold_to_quotas(own, "photos")
    own_photos.keep_over_reload(own)
    if own.files:
        samples.forget_sample()  # It would be one of the user's photos in all that is downloaded.
    photos, left_out = page_choice.make_photos(own.files or find_sample())
    if not photos:
        introduction.markdown(
            "Add photos or scans of handwritten numbers, also as PDF or ZIP: digitnet reads the digits, marks what to "
            "check, and gives you the numbers as text or a table."
        )
        return
    st.html(f"<style>{_COMPACT_STYLE}</style>")
    show_photos(photos, left_out, own, download, model, risk)


def choose_settings() -> tuple[str, float]:
    """Show a button that opens the settings, and return the model and the accepted risk."""
    with st.popover("Settings", icon=":material/tune:"):
        expectation_choice.show(reading_options.EXPECTED, "What each number is")
        model = model_choice.choose_model()
        model_choice.show_limits(model)
        risk = model_choice.choose_risk(model)
        writer_choice.choose_writer()
    return model, risk


def find_sample() -> list[File]:
    """Offer the samples, and return the chosen one."""
    sample = samples.choose_sample()
    return [sample] if sample else []


def show_photos(
    photos: list[Photo], left_out: list[Photo], own: OwnFiles, download: DeltaGenerator, model: str, risk: float
) -> None:
    """Read photos and show them: a list if there are several, and one of them in full.

    The one to show is read first. All others are read after the page was shown, and shown from time to time.

    Args:
        photos: the photos.
        left_out: pages that are not to be read.
        own: the user's own photos, none if there is a sample.
        download: the place of the downloads.
        model: name of the model that reads.
        risk: share of digits not marked as doubtful that may be wrong, 0 to 1.
    """
    reader, jobs = photo_reader.get_reader(), [photo_view.make_job(photo, model) for photo in photos]
    reader.want(jobs)
    keys = [photo.key for photo in photos]
    opened = overview.get_opened(keys, [photo.key for photo in left_out])
    page_thumbnails.take_press([*photos, *left_out], opened)
    first = keys.index(opened.key) if opened.key in keys else 0
    wait = st.empty()
    if not reader.is_stopped:
        text = f"Reading {formatting.escape_markdown(photos[first].name)}"
        background.wait_for(partial(reader.read, jobs[first]), text, wait, reader.stop)
    results = [read_photo(photo, job, reader, model, risk) for photo, job in zip(photos, jobs, strict=True)]
    waiting = [job for job, result in zip(jobs, results, strict=True) if result.is_waiting]
    with download:
        downloads.show_downloads(results, disabled=bool(waiting) and not reader.is_stopped)
        if own.files:
            batch_keeping.show(results, model, risk, disabled=bool(waiting) and not reader.is_stopped)
    progress = None
    shown = next((photo for photo in [*photos, *left_out] if photo.key == opened.key), None)
    missing: list[int] = []  # Pages that lack a small picture.
    with st.container(key="photos"):
        if len(photos) + len(left_out) > 1:
            with st.container(key="overview"):
                progress = show_overview(results, opened, own, reader, model)
        if shown:
            with st.container(key="opened", border=True):
                missing = show_opened(shown, results, opened, own)
                if shown.key not in keys:
                    show_left_out(shown)
                elif (result := results[keys.index(shown.key)]).is_waiting:
                    show_waiting(reader)
                else:
                    photo_view.show(result, model, risk)
    own_photos.show_promise(own)
    if shown and missing:
        page_thumbnails.start(shown, missing, reader)
    if waiting and not reader.is_stopped:
        read_others(waiting, len(photos), reader, progress or st.empty())
    if shown and missing:
        page_thumbnails.wait_for(shown, missing, reader)


def show_opened(shown: Photo, results: list[PhotoResult], opened: OpenedPhoto, own: OwnFiles) -> list[int]:
    """Show the head of the open photo and the pages of its file; return those that lack a small picture."""
    show_head(shown, opened, own)
    if shown.page.count == 1:
        return []
    own_results = {each.photo.page.number: each for each in results if each.photo.file_key == shown.file_key}
    with st.container(key="pages-of-file"):
        page_choice.show_choice(shown)
        return page_thumbnails.show_strip(shown, own_results)


def read_photo(photo: Photo, job: ReadingJob, reader: PhotoReader, model: str, risk: float) -> PhotoResult:
    """Return the result for a photo, as far as it was read."""
    if not reader.is_done(job):
        return PhotoResult(photo)
    error = reader.get_error(job)
    return PhotoResult(photo, error=error) if error else photo_view.read_photo(photo, model, risk)


def read_others(waiting: list[ReadingJob], total: int, reader: PhotoReader, progress: DeltaGenerator) -> None:
    """Read photos for a while, and run the page again to show them."""

    def show_progress(done: int) -> None:
        done += total - len(waiting)
        progress.progress(done / total, f"Reading {done + 1} of {total}")

    seconds = _SHOW_SECONDS + _SHOW_SECONDS_PER_PHOTO * total
    photo_reader.read_for(waiting, reader, seconds, show_progress)
    st.rerun()


def show_overview(
    results: list[PhotoResult], opened: OpenedPhoto, own: OwnFiles, reader: PhotoReader, model: str
) -> DeltaGenerator:
    """Show how many digits there are and the list of photos; return the place of the progress bar."""
    waiting = sum(result.is_waiting for result in results)
    st.markdown(downloads.describe_results(results))
    progress = st.empty()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        chosen = overview.choose_results(results, opened)
        if waiting and reader.is_stopped:
            label = f"Read the other {waiting}"
            st.button(label, icon=":material/play_arrow:", on_click=reader.resume)
        elif waiting:
            progress.progress(1 - waiting / len(results), f"Reading {len(results) - waiting + 1} of {len(results)}")
            st.button("Stop reading", icon=":material/stop:", on_click=reader.stop)
        else:
            st.button("Remove all", icon=":material/delete:", on_click=own.remove_all, type="tertiary")
    overview.show_list(opened, chosen, model)
    return progress


def show_head(photo: Photo, opened: OpenedPhoto, own: OwnFiles) -> None:
    """Show the name of the open photo, and the buttons that open the next one and remove its file."""
    with st.container(horizontal=True, vertical_alignment="center", key="photo-head"):
        name, page = photo.file, photo.page
        name = name if page.count == 1 else f"Page {page.number} of {page.count}, {name}"  # A long name is cut off.
        st.caption(formatting.escape_markdown(name), width="stretch")
        if len(opened.keys) > 1:
            for label, steps, icon in (("Previous", -1, "chevron_left"), ("Next", 1, "chevron_right")):
                st.button(
                    label,
                    icon=f":material/{icon}:",
                    on_click=opened.move,
                    args=(steps,),
                    shortcut=label[0],
                    type="tertiary",
                )
        if own.files:
            label = "Remove" if page.count == 1 else "Remove file"
            file = own_photos.find_file(own.files, photo.file)
            st.button(label, icon=":material/close:", on_click=own.remove, args=(file,), type="tertiary")


def show_left_out(photo: Photo) -> None:
    """Say that the open page is left out, and offer to read it."""
    st.info("This page is left out.", icon=":material/visibility_off:")
    st.button("Read this page, too", icon=":material/add:", on_click=page_choice.add_page, args=(photo,))


def show_waiting(reader: PhotoReader) -> None:
    """Say that the open photo is not read yet, and offer to read it if the reading was stopped."""
    st.info("Not read yet.", icon=":material/hourglass_empty:")
    if reader.is_stopped:
        st.button("Read it", icon=":material/play_arrow:", on_click=reader.resume)


main()
