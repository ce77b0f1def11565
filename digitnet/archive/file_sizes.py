"""Limit the sizes of files: a page of a large PDF or TIFF is no larger than others, a picture of so many bytes is."""

from __future__ import annotations

from digitnet.documents.opening import is_paged
from digitnet.errors import ImageError
from digitnet.preprocessing.images import MAX_BYTES

MAX_DOCUMENT_BYTES = 200 * 2**20  # Of a PDF or TIFF on a disk; a reading process holds a TIFF twice.
HEAD_BYTES = 1024  # Of a file, by which its kind is told.
_TOO_LARGE = (
    "The file has {size:.1f} MB; at most {most} MB can be read, or {most_of_documents} MB of a PDF or TIFF on a disk, "
    "so save it smaller or split it."
)


def check_size(count: int, head: bytes, *, is_near: bool) -> None:
    """Raise ImageError if a file is too large.

    Args:
        count: its bytes.
        head: the first HEAD_BYTES of it, or more.
        is_near: whether it lies on a disk; files of stores are held in memory while others are read.
    """
    if count > (MAX_DOCUMENT_BYTES if is_near and is_paged(head) else MAX_BYTES):
        limits = {"most": MAX_BYTES // 2**20, "most_of_documents": MAX_DOCUMENT_BYTES // 2**20}
        raise ImageError(_TOO_LARGE.format(size=count / 2**20, **limits))
