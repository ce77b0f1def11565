"""Write what the owner of a server in a local network needs to know, with a code for phones to photograph."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno


def write_invitation(url: str, other_urls: Sequence[str], owner_url: str, fingerprint: str, encoding: str) -> str:
    """Return the lines to print when the server starts.

    Args:
        url: the address to share.
        other_urls: addresses under which some devices find the machine, too.
        owner_url: the link that makes a browser the owner's.
        fingerprint: SHA-256 of the certificate.
        encoding: encoding of the terminal; the code is left out where it cannot be written.
    """
    also = f"Some devices know it as {' and '.join(other_urls)}, too.\n" if other_urls else ""
    return f"""
  Everybody in this network may draw, read pictures and look inside:

    {url}

{draw_code(url, encoding)}
{also}A phone warns once, because nobody but this machine vouches for the certificate. Its SHA-256:
{fingerprint}

To train, to change models and to see digits, open this link in your own browser, and keep it to yourself:

    {owner_url}

Both work until you stop the server with Ctrl+C.
"""


def draw_code(text: str, encoding: str) -> str:
    """Return a QR code of block characters, two modules each; "" if the encoding has no such characters."""
    drawn = io.StringIO()
    segno.make(text, micro=False).terminal(drawn, compact=True)
    try:
        drawn.getvalue().encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ""
    return drawn.getvalue()
