"""Zip files made in memory, for tests."""

import io
import zipfile


def pack(files: dict[str, bytes | str], **settings: int) -> bytes:
    """Return a zip file of `files`, given by their paths in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **settings) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file by their paths in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}
