"""Say in sentences how a picture was turned for its reading."""

from __future__ import annotations

from digitnet.reading.result import Reading


def describe_view(reading: Reading) -> str:
    """Say how a picture was turned, and whether its writing seems to be mirrored; "" if it was read as it is."""
    return describe_turn(reading.turn, reading.slope, reading.mirrored)


def describe_turn(turn: int, slope: float, mirrored: bool) -> str:
    """Say as `describe_view` what the attributes of a reading with these names say."""
    sentences = []
    if turn:
        sentences.append(f"The picture was turned clockwise by {turn}°.")
    if round(slope):
        fall = "rise" if slope > 0 else "fall"
        sentences.append(f"Its rows {fall} by {abs(slope):.0f}° and were read level.")
    if mirrored:
        sentences.append("The writing seems to be mirrored, and was read as it is: check all of it.")
    return " ".join(sentences)
