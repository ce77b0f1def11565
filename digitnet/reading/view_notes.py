"""Say in sentences how a picture was turned for its reading."""

from __future__ import annotations

from digitnet.reading.result import Reading


def describe_view(reading: Reading) -> str:
    """Say how a picture was turned, and whether its writing seems to be mirrored; "" if it was read as it is."""
    sentences = []
    if reading.turn:
        sentences.append(f"The picture was turned clockwise by {reading.turn}°.")
    if round(reading.slope):
        fall = "rise" if reading.slope > 0 else "fall"
        sentences.append(f"Its rows {fall} by {abs(reading.slope):.0f}° and were read level.")
    if reading.mirrored:
        sentences.append("The writing seems to be mirrored; it was read as it is.")
    return " ".join(sentences)
