"""Take one picture of an animation: the first that is not blank."""

from __future__ import annotations

from PIL import Image

from digitnet.documents.opened_images import open_image
from digitnet.documents.page import Document, LoadedPage, Page
from digitnet.documents.pixel_shapes import load_frame
from digitnet.errors import ImageError
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.types import RGB

# Frames of an animation that are looked at, and their pixels altogether.
_MAX_FRAMES, _MAX_PIXELS = 100, 256_000_000
_MIN_CONTRAST = 24  # Gray levels between the darkest and the lightest pixel of a frame that is not blank.
# Blocks of a GIF, each of which is read on its own: this many, and one for so many bytes. Programs write blocks of 255.
_MAX_BLOCKS, _MIN_BYTES_PER_BLOCK = 100_000, 64


class Animation(Document):
    """An animated GIF, PNG, WebP or AVIF. It is one page: its frames are mostly the same numbers again."""

    def __init__(self, content: bytes, frames: int) -> None:
        self._content, self._frames = content, frames

    def load(self, number: int) -> LoadedPage:
        """Load the first frame that is not blank; the note of the page says which one."""
        with open_image(self._content) as image:
            frame, index, seen = _find_frame(image)
        return LoadedPage(frame, Page(note=_describe(self._frames, index, seen)))

    def _load_image(self, number: int) -> RGB:
        return self.load(number).image


def count_frames(content: bytes, image: Image.Image) -> int:
    """Return how many frames a picture has.

    Raises:
        ImageError: it is a GIF of too many small parts.
    """
    return count_gif_frames(content) if image.format == "GIF" else getattr(image, "n_frames", 1)


def count_gif_frames(content: bytes) -> int:
    """Return how many pictures a GIF holds.

    Raises:
        ImageError: it is made of too many small parts.
    """
    blocks = _MAX_BLOCKS + len(content) // _MIN_BYTES_PER_BLOCK
    place, frames = 13 + _measure_palette(content, 10), 0
    while place < len(content) and content[place] != ord(";"):
        kind, place, blocks = content[place], place + 1, blocks - 1
        if kind == ord(","):
            frames += 1
            place += 10 + _measure_palette(content, place + 8)
        elif kind == ord("!"):
            place += 1
        else:
            continue  # A stray byte.
        while place < len(content) and content[place] and blocks > 0:
            place, blocks = place + 1 + content[place], blocks - 1
        place += 1
        if blocks <= 0:
            break
    if blocks <= 0:
        raise ImageError("The picture file is made of too many small parts; save it again with another program.")
    return max(1, frames)


def _measure_palette(content: bytes, place: int) -> int:
    """Return the number of bytes of the palette that the flags at a place of a GIF tell of."""
    flags = content[place] if place < len(content) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _find_frame(image: Image.Image) -> tuple[RGB, int, int]:
    """Return the first frame that is not blank and its index, or else the first; and how many were looked at."""
    first = load_frame(image, 1)
    frame, index = first, 0
    while not _has_contrast(frame):
        index += 1
        if index >= min(_MAX_FRAMES, _MAX_PIXELS // (image.width * image.height)):
            return first, 0, index
        try:
            frame = load_frame(image, index + 1)
        except ImageError:  # The animation ends here, or is damaged.
            return first, 0, index
    return frame, index, index + 1


def _has_contrast(frame: RGB) -> bool:
    gray = rgb_to_gray(frame)
    return int(gray.max()) - int(gray.min()) >= _MIN_CONTRAST


def _describe(frames: int, index: int, seen: int) -> str:
    """Return a sentence that says which frame was read: the one at `index`, after `seen` were looked at."""
    start = f"This is an animation of {frames:,} frames: frame {index + 1} was read"
    if index:
        return f"{start}, the first that is not blank."
    if seen > 1:
        return f"{start}, because {'all' if seen >= frames else f'the first {seen}'} are blank."
    return f"{start}."
