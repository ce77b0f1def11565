"""Show the ways to add files: an uploader, which takes ZIP files too, and one for a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from digitnet.documents.archives import is_zip
from pages.shared import unpacked_uploads
from pages.shared.own_files import FOLDER, UPLOADER, File, OwnFiles

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_TYPES = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif", "mpo", "pdf"]
PAGE_TYPES = tuple(_TYPES)  # Endings of the files of which one page is taken.
_WITH_ARCHIVES = [*_TYPES, "zip"]


def show_uploader(own: OwnFiles, label: str, key: str) -> None:
    """Show the uploader, and take its files in, also those of ZIP files.

    Args:
        own: the files of the page.
        label: label of the uploader.
        key: start of its key.
    """
    place = f"{key}-{own.visit}-{own.clearings}"
    files = st.file_uploader(label, _WITH_ARCHIVES, accept_multiple_files=True, key=place)
    _take(own, UPLOADER, files)


def show_folder_toggle(own: OwnFiles) -> bool:
    """Show the switch of the uploader of a folder, and return whether it is on."""
    return st.toggle("Add a folder", key=f"folder-{own.visit}", help="Its pictures, PDFs and ZIP files are added.")


def show_folder(own: OwnFiles, key: str, *, is_on: bool) -> None:
    """Show the uploader of a folder if it is on, and take its files in."""
    if not is_on:
        own.let_go(FOLDER)
        return
    label, place = "A folder, also with folders in it", f"{key}-folder-{own.visit}-{own.clearings}"
    files = st.file_uploader(label, _WITH_ARCHIVES, accept_multiple_files="directory", key=place)
    _take(own, FOLDER, files)


def show_notes(own: OwnFiles) -> None:
    """Say which files of ZIP files are no pictures, and which ZIP files cannot be unpacked."""
    unpacked_uploads.show_notes(own.archives)


def _take(own: OwnFiles, widget: str, uploads: list[UploadedFile]) -> None:
    """Take the files that a widget holds now, and the members of those that are ZIP files."""
    files: list[File] = []
    before = {key: archive for key, archive in own.archives.items() if archive.widget == widget}
    for upload in uploads:
        content = upload.getvalue()
        if not is_zip(content):
            files.append(File(upload.name, content, upload.file_id))
            continue
        archive = before.pop(upload.file_id, None)
        if archive is None or not archive.is_final:
            archive = unpacked_uploads.unpack_upload(upload.name, widget, content, upload.file_id)
            if archive is None:
                continue
            own.archives[upload.file_id] = archive
        files += [
            File(member.name, member.content, f"{upload.file_id}/{place}")
            for place, member in enumerate(archive.members)
        ]
    for key in before:
        del own.archives[key]
    own.hold(widget, files)
