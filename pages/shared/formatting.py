"""Format numbers, names and pictures for pages."""

from __future__ import annotations

import base64
import re

from digitnet.collection.samples import PNG_SIGNATURE


def format_duration(seconds: float) -> str:
    """Format a duration: 4.5 s, 49 min, 1 h 20 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def to_data_url(picture: bytes) -> str:
    """Encode a PNG or JPEG file as a data URL."""
    kind = "png" if picture.startswith(PNG_SIGNATURE) else "jpeg"
    return f"data:image/{kind};base64," + base64.b64encode(picture).decode()


def format_percent(probability: float) -> str:
    """Format a probability without ever claiming certainty: 97.3%, 99.9%, <0.1%."""
    return "<0.1%" if probability < 0.001 else f"{min(probability, 0.999):.1%}"


def escape_markdown(text: str) -> str:
    """Escape a text, such as the name of a file, so that Markdown shows it unchanged."""
    return re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", text)  # Before any other character a backslash would be shown.


def format_count(count: int, noun: str) -> str:
    """Format a count with its noun: "1 digit", "2 digits"."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
