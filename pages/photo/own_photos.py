"""Keep the photos that a user has added, also over a reload, and take some with the camera."""

from __future__ import annotations

import streamlit as st

from pages.shared import kept_work
from pages.shared.own_files import CAMERA, File, OwnFiles, get_own_files, name_files

_CAMERA_FILE = "camera.jpg"
_CAMERA_WIDTH = 560  # Pixels, so that the button below the preview is in view.


def find_file(files: list[File], name: str) -> File:
    """Return the file with a name that no other one has, see `own_files.name_files`."""
    return next(each.file for each in name_files(files) if each.name == name)


def get_own_photos() -> OwnFiles:
    """Return the photos that were added in this tab, also before a reload."""
    own = get_own_files("photos")
    own.earlier = [*(File(*file) for file in kept_work.take(kept_work.PHOTOS)), *own.earlier]
    return own


def keep_over_reload(own: OwnFiles) -> None:
    """Keep the photos for after a reload of the page."""
    own.are_kept = kept_work.put(kept_work.PHOTOS, [(file.name, file.content) for file in own.files])


def show_promise(own: OwnFiles) -> None:
    """Say whether a reload of the page keeps the photos."""
    if not own.are_kept:
        st.caption("These photos are too large for a reload of this page to keep them all.")
    elif own.files:
        st.caption(kept_work.describe_promise("your photos"))


def show_camera(own: OwnFiles, label: str, *, is_on: bool) -> None:
    """Show the camera if it is on, and take its photo in."""
    if not is_on:
        own.let_go(CAMERA)
        return
    with st.container(width=_CAMERA_WIDTH, key="camera"):
        taken = st.camera_input(label, key=f"taken-{own.moves}", resolution="1080p")
    own.hold(CAMERA, [File(_CAMERA_FILE, taken.getvalue(), taken.file_id)] if taken else [])
