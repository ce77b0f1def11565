"""Photos: pictures of handwritten numbers in, rows of digits out."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import PurePath
from typing import Any

import streamlit as st

from digitnet.reading.export import error_to_dict, has_columns, reading_to_dict, to_csv, to_table_csv
from pages.corrections import panel
from pages.photo import photo_view
from pages.photo.photo_view import Photo, Result
from pages.shared import feedback, formatting, layout, model_choice, pipeline_steps, reading_view, writer_choice

TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif"]
SAMPLES = {
    "Even paper": "even.jpg",
    "In shadow": "shadow.jpg",
    "Squared paper": "squared.jpg",
    "Touching digits": "touching.jpg",
}
File = tuple[str, bytes]  # name and content


def main() -> None:
    """Show the page."""
    layout.start_page("photos.py", reading_view.STYLE + panel.STYLE + pipeline_steps.STYLE)
    photos = to_photos(collect())
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
    results = read_all(photos, model, risk)
    show_summary(results)
    with st.container(key="photos"):
        for result in results:
            photo_view.show(result, model, risk)


def collect() -> list[File]:
    """Show the ways to bring a picture and return those that were brought."""
    st.file_uploader(
        "Photos of handwritten numbers", TYPES, accept_multiple_files=True, key="uploads", on_change=keep_uploads
    )
    kept: list[File] = st.session_state.get("kept_photos", [])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sample = st.pills("Or try a sample", list(SAMPLES), key="sample")
        camera = st.toggle("Use the camera", key="camera")
    if kept and not st.session_state.uploads:
        st.button(
            f"Remove {formatting.format_count(len(kept), 'photo')}", icon=":material/delete:", on_click=remove_uploads
        )
    brought = list(kept)
    if camera and (taken := st.camera_input("Hold the paper flat, in even light", key="taken")):
        brought.append(("camera.jpg", taken.getvalue()))
    if sample:
        name = SAMPLES[sample]
        brought.append((name, (files("digitnet.resources") / "samples" / name).read_bytes()))
    return brought


def keep_uploads() -> None:
    """Keep the uploaded photos, which the uploader itself forgets when another page is shown."""
    st.session_state.kept_photos = [(file.name, file.getvalue()) for file in st.session_state.uploads]


def remove_uploads() -> None:
    """Forget the photos of an earlier visit to the page."""
    st.session_state.kept_photos = []


def to_photos(brought: list[File]) -> list[Photo]:
    """Return photos with names and keys that differ: IMG.jpg, IMG.jpg (2)."""
    names = [name for name, _ in brought]
    digests = [hashlib.sha256(content).hexdigest()[:16] for _, content in brought]
    photos = []
    for place, ((name, content), digest) in enumerate(zip(brought, digests, strict=True)):
        same = names[:place].count(name)
        key = f"{digest}-{digests[:place].count(digest)}"
        photos.append(Photo(f"{name} ({same + 1})" if same else name, content, digest, key))
    return photos


def read_all(photos: list[Photo], model: str, risk: float) -> list[Result]:
    """Read every photo, with a progress bar where there are several."""
    bar = st.progress(0.0) if len(photos) > 1 else None
    results = []
    for number, photo in enumerate(photos):
        if bar:
            bar.progress(number / len(photos), f"Reading {number + 1} of {len(photos)}: {photo.name}")
        results.append(photo_view.read(photo, model, risk))
    if bar:
        bar.empty()
    return results


def show_summary(results: list[Result]) -> None:
    """Show what was found in all photos and offer it as files."""
    entries = [to_entry(result) for result in results]
    digits = sum(len(result.reading) for result in results if result.reading)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(summary(results))
        feedback.show_download("CSV", to_csv(entries), "digitnet.csv", "text/csv", "table", disabled=not digits)
        if has_columns(entries):
            feedback.show_download("Table CSV", to_table_csv(entries), table_name(results), "text/csv", "table_view")
        text = json.dumps(entries, indent=1, ensure_ascii=False)
        feedback.show_download("JSON", text, "digitnet.json", "application/json", "data_object", disabled=not digits)
    if digits:
        reading_view.show_legend()


def summary(results: list[Result]) -> str:
    """Return "**42 digits in 3 photos**: 40 accepted, 2 doubtful, 3 pieces left out as no digit" in Markdown."""
    found = [result.reading for result in results if result.reading is not None]
    digits, doubtful = sum(map(len, found)), sum(int(reading.doubtful.sum()) for reading in found)
    refused, failed = sum(len(reading.refused) for reading in found), len(results) - len(found)
    said = f"**{formatting.format_count(digits, 'digit')} in {formatting.format_count(len(found), 'photo')}**"
    more = [
        f"{digits - doubtful} accepted, {doubtful} doubtful" if digits else "",
        f"{formatting.format_count(refused, 'piece')} left out as no digit" if refused else "",
        f"{formatting.format_count(failed, 'file')} could not be read" if failed else "",
    ]
    return ": ".join(filter(None, [said, ", ".join(filter(None, more))]))


def table_name(results: list[Result]) -> str:
    """Return the name of a file for the tables of these photos."""
    return f"{PurePath(results[0].photo.name).stem if len(results) == 1 else 'digitnet'}-table.csv"


def to_entry(result: Result) -> dict[str, Any]:
    """Return a result as the command line prints it."""
    if result.reading is None:
        return error_to_dict(result.photo.name, result.error)
    return reading_to_dict(result.photo.name, result.reading)


main()
