"""Refuse picture files that cost far more to decode than their size in pixels tells.

A picture's pixels are limited. But a JPEG may paint them anew in thousands of scans, a TIFF of ten pixels may have a
tile of a billion, and a file may hold millions of tiny parts, each of which a decoder reads on its own.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from digitnet.errors import ImageError

# An ordinary progressive JPEG has about ten scans, and each costs as much as decoding a whole picture.
MAX_JPEG_SCANS = 50
# Markers, chunks, blocks, strips, tiles and stray bytes of a file. Pictures have some hundreds.
MAX_PARTS = 100_000
# A run-length encoded BMP is decoded slowly, byte by byte.
MAX_ENCODED_BMP_BYTES = 8 * 2**20

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Restart markers stand among pixels, and FF 00 is a pixel.
_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_JPEG_MARKERS_WITHOUT_LENGTH = (0x01, 0xD8)  # TEM and SOI.
_JPEG_START_OF_SCAN, _JPEG_END = 0xDA, 0xD9
# Tags of a TIFF, and the size of a value of each whole-numbered type in bytes.
_TIFF_TILE_WIDTH, _TIFF_TILE_LENGTH, _TIFF_OFFSETS = 322, 323, (273, 324)
_TIFF_TYPE_BYTES = {1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8}


def check_costs(content: bytes, max_pixels: int) -> None:
    """Raise ImageError if a picture file costs far more to decode than others of its size in pixels.

    Files of other kinds and damaged ones pass; the decoder refuses them.

    Args:
        content: the file.
        max_pixels: limit of the pixels of a tile.
    """
    if content.startswith(b"\xff\xd8"):
        _check_jpeg(content)
    elif content.startswith(_PNG_SIGNATURE):
        _check_parts(_count(_iterate_png_chunks(content)))
    elif content.startswith(b"GIF8"):
        _check_parts(_count(_iterate_gif_blocks(content)))
    elif content[:2] in (b"II", b"MM"):
        _check_tiff(content, max_pixels)
    else:
        _check_bmp(content)


def _count(parts: Iterable[int]) -> int:
    """Count parts, up to one more than are allowed."""
    return sum(1 for _ in islice(parts, MAX_PARTS + 1))


def _check_parts(count: int) -> None:
    if count > MAX_PARTS:
        raise ImageError("The picture file is made of too many small parts; save it again with another program.")


def _check_jpeg(content: bytes) -> None:
    """Count the scans of a JPEG, and its markers and stray bytes.

    Segments are skipped by their length, so that scans of the small pictures in them do not count, and nothing counts
    after the end of the first picture.
    """
    place = scans = parts = 0
    while scans <= MAX_JPEG_SCANS and parts <= MAX_PARTS:
        found = _JPEG_MARKER.search(content, place)
        start = found.start() if found else len(content)
        parts += 1 if scans else 1 + start - place  # After the first scan, bytes between markers are pixels.
        marker = content[start + 1] if found else _JPEG_END
        if marker == _JPEG_END:
            break
        scans += marker == _JPEG_START_OF_SCAN
        length = int.from_bytes(content[start + 2 : start + 4], "big")
        place = start + 2 + (0 if marker in _JPEG_MARKERS_WITHOUT_LENGTH else max(2, length))
    if scans > MAX_JPEG_SCANS:
        raise ImageError(f"The JPEG has more than {MAX_JPEG_SCANS} scans, which take too long to read; save it again.")
    _check_parts(parts)


def _iterate_png_chunks(content: bytes) -> Iterator[int]:
    """Yield the place of each chunk of a PNG."""
    place = len(_PNG_SIGNATURE)
    while place < len(content):
        yield place
        if content[place + 4 : place + 8] == b"IEND":
            return
        place += 12 + int.from_bytes(content[place : place + 4], "big")


def _iterate_gif_blocks(content: bytes) -> Iterator[int]:
    """Yield the place of each block before the first picture of a GIF, and of stray bytes."""
    flags = content[10] if len(content) > 10 else 0
    place = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while place < len(content) and content[place] not in b",;":
        yield place
        is_extension = content[place : place + 1] == b"!"
        place += 2 if is_extension else 1
        while is_extension and place < len(content):
            yield place
            size = content[place]
            place += 1 + size
            if not size:
                break


def _check_tiff(content: bytes, max_pixels: int) -> None:
    width = length = 0
    for tag, count, value in _iterate_tiff_entries(content):
        if tag in _TIFF_OFFSETS:
            _check_parts(count)
        width = max(width, value) if tag == _TIFF_TILE_WIDTH else width
        length = max(length, value) if tag == _TIFF_TILE_LENGTH else length
    if width * length > max_pixels:
        raise ImageError(
            f"The TIFF has tiles of {width * length / 1e6:,.0f} megapixels; at most {max_pixels / 1e6:.0f} can be read."
        )


def _iterate_tiff_entries(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the tag, the number of values and the first value of each entry of a TIFF's first directory."""
    byte_order: Literal["little", "big"] = "little" if content.startswith(b"II") else "big"
    order = "<" if byte_order == "little" else ">"
    is_big = 43 in content[2:4]
    head, number, entry = ("8xQ", "Q", "HHQ8s") if is_big else ("4xL", "H", "HHL4s")
    try:
        (place,) = struct.unpack_from(order + head, content)
        (entries,) = struct.unpack_from(order + number, content, place)
        place += struct.calcsize(order + number)
        for _ in range(min(entries, MAX_PARTS)):
            tag, kind, count, field = struct.unpack_from(order + entry, content, place)
            place += struct.calcsize(order + entry)
            size = _TIFF_TYPE_BYTES.get(kind, 0)
            if size * count > len(field):
                start = int.from_bytes(field, byte_order)
                field = content[start : start + size]
            yield tag, count, int.from_bytes(field[:size], byte_order)
    except (struct.error, OverflowError):
        return


def _check_bmp(content: bytes) -> None:
    header = 14 if content.startswith(b"BM") else 0
    is_bmp = header or int.from_bytes(content[:4], "little") in (40, 52, 56, 64, 108, 124)
    is_encoded = int.from_bytes(content[header + 16 : header + 20], "little") in (1, 2)
    if is_bmp and is_encoded and len(content) > MAX_ENCODED_BMP_BYTES:
        raise ImageError("The BMP is encoded in a way that takes too long to read; save it as PNG.")
