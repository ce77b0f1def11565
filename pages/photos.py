"""Photos: pictures of handwritten numbers in, rows of digits out."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any, NamedTuple

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.export import error_to_dict, reading_to_dict, to_csv
from pages import parts

TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif"]
SAMPLES = {"Even paper": "even.jpg", "In shadow": "shadow.jpg", "Squared paper": "squared.jpg"}
STYLE = ".st-key-photos code { font-size: 1.5rem; line-height: 1.4; letter-spacing: 0.05em; }"


class Photo(NamedTuple):
    """A picture file as it came."""

    name: str
    content: bytes


class Result(NamedTuple):
    """What came of a photo: a reading with its picture, or the sentence that says why there is none."""

    photo: Photo
    reading: Reading | None
    picture: bytes
    error: str


def main() -> None:
    """Show the page."""
    parts.begin("photos.py", STYLE)
    photos = collect()
    model = parts.choose_model()
    if not photos:
        st.info("Choose photos or scans of handwritten numbers, take one, or try a sample.", icon=":material/upload:")
        return
    results = read_all(photos, model)
    show_summary(results)
    with st.container(key="photos"):
        for number, result in enumerate(results):
            show(result, model, number)


def collect() -> list[Photo]:
    """Show the ways to bring a picture and return those that were brought."""
    st.file_uploader(
        "Photos of handwritten numbers", TYPES, accept_multiple_files=True, key="uploads", on_change=keep_uploads
    )
    kept: list[Photo] = st.session_state.get("kept_photos", [])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sample = st.pills("Or try a sample", list(SAMPLES), key="sample")
        camera = st.toggle("Use the camera", key="camera")
    if kept and not st.session_state.uploads:
        st.button(f"Remove {parts.plural(len(kept), 'photo')}", icon=":material/delete:", on_click=remove_uploads)
    photos = list(kept)
    if camera and (taken := st.camera_input("Hold the paper flat, in even light", key="taken")):
        photos.append(Photo("camera.jpg", taken.getvalue()))
    if sample:
        name = SAMPLES[sample]
        photos.append(Photo(name, (files("digitnet.resources") / "samples" / name).read_bytes()))
    return numbered(photos)


def keep_uploads() -> None:
    """Keep the uploaded photos, which the uploader itself forgets when another page is shown."""
    st.session_state.kept_photos = [Photo(file.name, file.getvalue()) for file in st.session_state.uploads]


def remove_uploads() -> None:
    """Forget the photos of an earlier visit to the page."""
    st.session_state.kept_photos = []


def numbered(photos: list[Photo]) -> list[Photo]:
    """Return photos with names that differ: IMG.jpg, IMG.jpg (2)."""
    names = [photo.name for photo in photos]
    counts = [names[:place].count(name) + 1 for place, name in enumerate(names)]
    return [
        photo if count == 1 else photo._replace(name=f"{photo.name} ({count})")
        for photo, count in zip(photos, counts, strict=True)
    ]


def read_all(photos: list[Photo], model: str) -> list[Result]:
    """Read every photo, with a progress bar where there are several."""
    bar = st.progress(0.0) if len(photos) > 1 else None
    results = []
    for number, photo in enumerate(photos):
        if bar:
            bar.progress(number / len(photos), f"Reading {number + 1} of {len(photos)}: {photo.name}")
        results.append(read_one(photo, model))
    if bar:
        bar.empty()
    return results


def read_one(photo: Photo, model: str) -> Result:
    """Read one photo; a picture that cannot be read becomes a sentence."""
    try:
        reading, picture = parts.read_bytes(photo.content, model)
    except DigitnetError as error:
        return Result(photo, None, b"", str(error))
    return Result(photo, reading, picture, "")


def show_summary(results: list[Result]) -> None:
    """Show what was found in all photos and offer it as files."""
    digits = sum(len(result.reading) for result in results if result.reading)
    failed = sum(result.reading is None for result in results)
    said = f"{parts.plural(digits, 'digit')} in {parts.plural(len(results) - failed, 'photo')}"
    entries = [to_entry(result) for result in results]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{said}**" + (f", {parts.plural(failed, 'file')} could not be read" if failed else ""))
        parts.download("CSV", to_csv(entries), "digitnet.csv", "text/csv", "table", disabled=not digits)
        text = json.dumps(entries, indent=1, ensure_ascii=False)
        parts.download("JSON", text, "digitnet.json", "application/json", "data_object", disabled=not digits)


def to_entry(result: Result) -> dict[str, Any]:
    """Return a result as the command line prints it."""
    if result.reading is None:
        return error_to_dict(result.photo.name, result.error)
    return reading_to_dict(result.photo.name, result.reading)


def show(result: Result, model: str, number: int) -> None:
    """Show one photo with its boxes beside the text of its rows."""
    photo, reading = result.photo, result.reading
    if reading is None:
        st.error(f"**{parts.plain(photo.name)}**: {result.error}", icon=":material/error:")
        return
    with st.container(border=True):
        picture, text = st.columns([3, 2])
        picture.image(result.picture, caption=parts.plain(photo.name))
        with text:
            if len(reading):
                st.caption(parts.counted(reading))
                st.code(reading.text, language=None)
            else:
                st.info("No digits found on this photo.", icon=":material/search_off:")
            digest = hashlib.sha256(photo.content).hexdigest()[:16]
            opened = st.toggle("How it was read", key=f"stages-{number}-{digest}")
        if opened:
            show_stages(photo, model, reading)


def show_stages(photo: Photo, model: str, reading: Reading) -> None:
    """Show the steps from the photo to its digits, two beside each other."""
    columns = st.columns(2)
    for place, (caption, picture) in enumerate(parts.stages(photo.content, model)):
        columns[place % 2].image(picture, caption=caption)
    if len(reading):
        st.caption("Step 5: each digit as the network sees it, with its confidence and the runner-up")
        parts.show_crops(reading)


main()
