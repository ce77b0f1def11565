"""Find the pages of a TIFF.

A TIFF is a chain of directories, one for each page. A page is loaded as the same file whose header leads to its
directory: so each is checked and decoded like a file of one picture.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from digitnet.documents.page import Document
from digitnet.documents.pixel_shapes import load_picture
from digitnet.types import RGB

# As Pillow knows them: TIFF and BigTIFF, both also with their bytes exchanged by mistake.
TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II\0*", b"MM*\0", b"II+\0", b"MM\0+")
# A longer chain is not followed to its end. It has more pages than are read.
_MAX_DIRECTORIES = 10_000
_MAX_ENTRIES = 64  # The subfile type is among the first; so many lower tags are no picture.
_SUBFILE_TYPE, _OLD_SUBFILE_TYPE = 254, 255
_NO_PAGE_BITS = 0b101  # Of the subfile type: a picture in small, and a mask of transparency.
_OLD_REDUCED = 2


class TiffPages(Document):
    """The pages of a TIFF; `max_bytes` is the limit of the file."""

    def __init__(self, content: bytes, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._content, self._layout = content, _Layout.of(content)
        self._places = list_pages(content)
        self.count = len(self._places)

    def _load_image(self, number: int) -> RGB:
        return load_picture(self._layout.lead_to(self._content, self._places[number - 1]), self._max_bytes)


def list_pages(content: bytes) -> list[int]:
    """Return where the directories of the pages of a TIFF begin, at least one.

    Pictures in small and masks, which belong to another page, are left out. A link that leads out of the file counts as
    a page, which then is damaged: something was there.
    """
    layout = _Layout.of(content)
    chain = list(_follow(content, layout))
    pages = [place for place in chain if _is_page(content, layout, place)]
    return pages or chain[:1] or [0]


class _Layout(NamedTuple):
    """How the numbers of a TIFF are packed: byte order, formats of an offset and of how many entries follow."""

    order: str
    offset: str
    number: str
    entry_bytes: int

    @classmethod
    def of(cls, content: bytes) -> _Layout:
        """Return the layout of a TIFF, or of a BigTIFF."""
        order = "<" if content.startswith(b"II") else ">"
        return cls(order, "Q", "Q", 20) if 43 in content[2:4] else cls(order, "L", "H", 12)

    @property
    def first(self) -> int:
        """The place in the header that leads to the first directory."""
        return 8 if self.offset == "Q" else 4

    def unpack(self, form: str, content: bytes, place: int) -> tuple[int, ...]:
        """Unpack numbers at a place; raise struct.error if it is not in the file."""
        return struct.unpack_from(self.order + form, content, place)

    def lead_to(self, content: bytes, place: int) -> bytes:
        """Return a file whose header leads to the directory at `place`."""
        link = struct.pack(self.order + self.offset, place)
        end = self.first + len(link)
        return content if content[self.first : end] == link else content[: self.first] + link + content[end:]


def _follow(content: bytes, layout: _Layout) -> Iterator[int]:
    """Yield the place of each directory of the chain; one that is damaged ends it."""
    seen: set[int] = set()
    try:
        (place,) = layout.unpack(layout.offset, content, layout.first)
        while place and place not in seen and len(seen) < _MAX_DIRECTORIES:
            seen.add(place)
            yield place
            (entries,) = layout.unpack(layout.number, content, place)
            end = place + struct.calcsize(layout.order + layout.number) + layout.entry_bytes * entries
            (place,) = layout.unpack(layout.offset, content, end)
    except struct.error:
        return


def _is_page(content: bytes, layout: _Layout, place: int) -> bool:
    """Return whether a directory holds a page, and not another one in small or its mask."""
    try:
        (entries,) = layout.unpack(layout.number, content, place)
        place += struct.calcsize(layout.order + layout.number)
        for _ in range(min(entries, _MAX_ENTRIES)):
            tag, kind = layout.unpack("HH", content, place)
            if tag > _OLD_SUBFILE_TYPE:  # Entries are sorted.
                break
            if tag in (_SUBFILE_TYPE, _OLD_SUBFILE_TYPE):
                value = place + layout.entry_bytes - struct.calcsize(layout.order + layout.offset)
                (bits,) = layout.unpack("H" if kind == 3 else "L", content, value)
                return not (bits & _NO_PAGE_BITS if tag == _SUBFILE_TYPE else bits == _OLD_REDUCED)
            place += layout.entry_bytes
    except struct.error:
        pass  # A damaged directory is a page that cannot be read.
    return True
