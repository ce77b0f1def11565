"""A component that plays pictures one after the other, each with its name and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("step_player")


class PlayerStep(NamedTuple):
    """One step to show.

    Attributes:
        name: its name, one or two words.
        sentence: one or two sentences about it.
        picture: PNG or JPEG file.
        bars: shares, 0 to 1, by their labels, to be drawn as bars beside the picture.
        is_small: whether its pixels are drawn as squares.
    """

    name: str
    sentence: str
    picture: bytes
    bars: dict[str, float] | None = None
    is_small: bool = False


def show(key: str, steps: Sequence[PlayerStep], label: str) -> None:
    """Show steps to play, or to go through with buttons and arrow keys.

    Args:
        key: key of the component.
        steps: the steps, in order.
        label: name of the component for screen readers.
    """
    data = [{**step._asdict(), "picture": None, "url": to_data_url(step.picture)} for step in steps]
    _component(key=key, data={"steps": data, "label": label})
