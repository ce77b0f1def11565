"""Find the pictures of a multi-picture file: MPO and HEIC, or a picture of several frames that is opened already."""

from __future__ import annotations

from typing import Any

from PIL import Image

from digitnet.documents.opened_images import open_image
from digitnet.documents.page import Document
from digitnet.documents.pixel_shapes import load_frame, load_picture
from digitnet.types import RGB

_MPF = b"MPF\0"  # It precedes the index of an MPO, whose offsets are counted from its end.
_ENTRIES = 0xB002  # Tag of the index of an MPO.
# Kinds of a picture in an MPO that repeat another one in small.
_THUMBNAILS = ("Large Thumbnail (VGA Equivalent)", "Large Thumbnail (Full HD Equivalent)")
# Phones put a map of the brightest places behind a photo. These stand in the header of such a map.
_GAIN_MAP_MARKS = (b"hdrgm:", b"HDRGainMap", b"urn:iso:std:iso:ts:21496:-1")
_HEADER_BYTES = 65536
_START_OF_SCAN = b"\xff\xda"


class OpenedPages(Document):
    """The frames of a picture that Pillow has opened; it shows the same frame afterwards."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self.count, self.main = getattr(image, "n_frames", 1), image.tell() + 1

    def _load_image(self, number: int) -> RGB:
        try:
            return load_frame(self._image, number)
        finally:
            self._image.seek(self.main - 1)


class HeifPages(Document):
    """The pictures of a HEIC. It is opened anew for each, because Pillow keeps all that it has decoded."""

    def __init__(self, content: bytes, image: Image.Image) -> None:
        self._content = content
        self.count, self.main = getattr(image, "n_frames", 1), image.tell() + 1

    def _load_image(self, number: int) -> RGB:
        with open_image(self._content) as image:
            return load_frame(image, number)


class MpoPages(Document):
    """The pictures of an MPO, each a JPEG of its own within the file."""

    def __init__(self, content: bytes, image: Image.Image) -> None:
        self._content = content
        self._places = list_pictures(content, getattr(image, "mpinfo", {}).get(_ENTRIES, []))
        self.count = len(self._places)

    def _load_image(self, number: int) -> RGB:
        return load_picture(self._content[self._places[number - 1] :])


def list_pictures(content: bytes, entries: list[dict[str, Any]]) -> list[int]:
    """Return where the pictures of an MPO begin, at least one; thumbnails and gain maps are left out.

    Args:
        content: the file.
        entries: its index as Pillow reads it.
    """
    base = content.find(_MPF) + len(_MPF)
    others = [(base + entry["DataOffset"], entry["Attribute"]["MPType"]) for entry in entries[1:]]
    return [0, *(place for place, kind in others if kind not in _THUMBNAILS and not _is_gain_map(content, place))]


def _is_gain_map(content: bytes, place: int) -> bool:
    """Return whether the header of the JPEG at a place says that it is a gain map."""
    header = content[place : place + _HEADER_BYTES].partition(_START_OF_SCAN)[0]
    return any(mark in header for mark in _GAIN_MAP_MARKS)
