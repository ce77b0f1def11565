"""Photos: read pictures of handwritten numbers, and take the digits away as files."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import PurePath
from typing import Any

import streamlit as st

from digitnet.reading.export import error_to_dict, has_columns, reading_to_dict, to_csv, to_table_csv
from pages.corrections import panel
from pages.photo import own_photos, photo_view
from pages.photo.own_photos import File
from pages.photo.photo_view import Photo, PhotoResult
from pages.shared import (
    feedback,
    formatting,
    layout,
    model_choice,
    pipeline_steps,
    reading_view,
    remembered,
    writer_choice,
)

_FILE_TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif"]
_SAMPLES = {
    "Even paper": "even.jpg",
    "In shadow": "shadow.jpg",
    "Squared paper": "squared.jpg",
    "Touching digits": "touching.jpg",
}
_SAMPLE = "sample"  # Name of the choice.


def main() -> None:
    """Show the page."""
    layout.start_page("photos.py", reading_view.STYLE + panel.STYLE + pipeline_steps.STYLE)
    photos = make_photos(collect_files())
    left, middle, right = st.columns(3)
    with left:
        model = model_choice.choose_model()
    with middle:
        risk = model_choice.choose_risk(model)
    with right:
        writer_choice.choose_writer()
    if not photos:
        st.info("Choose photos or scans of handwritten numbers, take one, or try a sample.", icon=":material/upload:")
        return
    results = read_photos(photos, model, risk)
    show_summary(results)
    with st.container(key="photos"):
        for result in results:
            photo_view.show(result, model, risk)


def collect_files() -> list[File]:
    """Show the ways to add a picture, and return the user's own photos, or else the chosen sample."""
    own = own_photos.get_own_photos()
    own_photos.show_uploader(own, "Photos of handwritten numbers", _FILE_TYPES)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        samples = st.container(width="content")
        camera = st.toggle("Use the camera", key=f"camera-{own.visit}")
    if own.earlier:
        label = f"Remove {formatting.format_count(len(own.earlier), 'earlier photo')}"
        st.button(label, icon=":material/delete:", on_click=own.remove_earlier)
    own_photos.show_camera(own, "Hold the paper flat, in even light", is_on=camera)
    if own.files:
        remembered.forget(_SAMPLE)  # It would be one of the user's photos in all that is downloaded.
        return own.files
    with samples:
        sample = remembered.show(st.pills, "Or try a sample", list(_SAMPLES), name=_SAMPLE)
    if not sample:
        return []
    name = _SAMPLES[sample]
    return [(name, (files("digitnet.resources") / "samples" / name).read_bytes())]


def make_photos(collected: list[File]) -> list[Photo]:
    """Give files unique names and keys: IMG.jpg, IMG.jpg (2)."""
    names = [name for name, _ in collected]
    digests = [hashlib.sha256(content).hexdigest()[:16] for _, content in collected]
    photos = []
    for place, ((name, content), digest) in enumerate(zip(collected, digests, strict=True)):
        earlier = names[:place].count(name)
        key = f"{digest}-{digests[:place].count(digest)}"
        photos.append(Photo(f"{name} ({earlier + 1})" if earlier else name, content, digest, key))
    return photos


def read_photos(photos: list[Photo], model: str, risk: float) -> list[PhotoResult]:
    """Read all photos, with a progress bar if there are several."""
    bar = st.progress(0.0) if len(photos) > 1 else None
    results = []
    for number, photo in enumerate(photos):
        if bar:
            bar.progress(number / len(photos), f"Reading {number + 1} of {len(photos)}: {photo.name}")
        results.append(photo_view.read_photo(photo, model, risk))
    if bar:
        bar.empty()
    return results


def show_summary(results: list[PhotoResult]) -> None:
    """Show how many digits were found in all photos, and offer them as files."""
    entries = [to_entry(result) for result in results]
    digits = sum(len(result.reading) for result in results if result.reading)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(describe_results(results))
        csv, table = to_csv(entries), "text/csv"
        feedback.show_download("Download digits (CSV)", csv, "digitnet.csv", table, "table", disabled=not digits)
        if has_columns(entries):
            csv = to_table_csv(entries)
            feedback.show_download("Download table (CSV)", csv, name_table(results), table, "table_view")
        text, mime = json.dumps(entries, indent=1, ensure_ascii=False), "application/json"
        feedback.show_download(
            "Download digits (JSON)", text, "digitnet.json", mime, "data_object", disabled=not digits
        )
    if digits:
        reading_view.show_legend()


def describe_results(results: list[PhotoResult]) -> str:
    """Return Markdown such as "**42 digits in 3 photos**: 40 accepted, 2 doubtful"."""
    readings = [result.reading for result in results if result.reading is not None]
    digits, doubtful = sum(map(len, readings)), sum(int(reading.doubtful.sum()) for reading in readings)
    refused, failed = sum(len(reading.refused) for reading in readings), len(results) - len(readings)
    total = f"**{formatting.format_count(digits, 'digit')} in {formatting.format_count(len(readings), 'photo')}**"
    details = [
        f"{digits - doubtful} accepted, {doubtful} doubtful" if digits else "",
        reading_view.describe_refused(refused),
        f"{formatting.format_count(failed, 'file')} could not be read" if failed else "",
    ]
    return ": ".join(filter(None, [total, ", ".join(filter(None, details))]))


def name_table(results: list[PhotoResult]) -> str:
    """Return the name of a file for the tables of these photos."""
    return f"{PurePath(results[0].photo.name).stem if len(results) == 1 else 'digitnet'}-table.csv"


def to_entry(result: PhotoResult) -> dict[str, Any]:
    """Return a result as the command line prints it."""
    if result.reading is None:
        return error_to_dict(result.photo.name, result.error)
    return reading_to_dict(result.photo.name, result.reading)


main()
