"""Tell the files and folders of a page of a web server from its other links."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import urlsplit

_OTHER_KINDS = re.compile(r"/(?:mailto|javascript|data|tel):[^/]*$", re.IGNORECASE)


def clean_link(address: str, folder: str) -> str:
    """Return the address of a link on a page, without "." and ".." and what it names in a page; "" if it is no file.

    Links that sort a page have parameters; others lead out of the folder, or to it.

    Args:
        address: its address, made of the page and the link; that of a folder ends with a slash.
        folder: address of the folder of the archive, in which the page lies.
    """
    parts, start = urlsplit(address), urlsplit(folder)
    path = posixpath.normpath(parts.path) + "/" * parts.path.endswith(("/", "/.", "/.."))
    below = posixpath.normpath(start.path).rstrip("/") + "/"
    is_file = parts.netloc == start.netloc and path.startswith(below) and path != below
    if not is_file or parts.query or _OTHER_KINDS.search(path):
        return ""
    return f"{start.scheme}://{start.netloc}{path}"
