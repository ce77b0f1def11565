"""Readings on the pages: kept by content, as text with its doubts, digit by digit, step by step."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import store
from digitnet.boxes import read_boxes
from digitnet.correction import Pieces
from digitnet.drawing import annotate, dim_outside, to_jpeg, to_png
from digitnet.images import RGB, load
from digitnet.reading import Hints, Reading, read_rgb
from digitnet.segmentation import Boxes
from pages import parts

_NOTHING = "\u200b"  # a space without width
_LEAST_SHOWN, _MOST_SHOWN = 640, 1600  # pixels of the longer side of a picture
MOST_NAMED = 12  # doubtful digits whose runner-up is said
STYLE = """
[class*=st-key-text-] { position: relative; }
[class*=st-key-text-] > :has([data-testid=stCode]) { position: absolute; top: 0; right: 0; width: 3rem; }
[class*=st-key-text-] [data-testid=stCode] pre { visibility: hidden; height: 3rem; padding: 0; }  /* the button stays */
[class*=st-key-text-] [data-testid=stCode] > :not(pre), [class*=st-key-text-] [data-testid=stCode] > :not(pre) * {
    visibility: visible; opacity: 1;
}
[class*=st-key-text-] [data-testid=stCode] button { width: 2.5rem; height: 2.5rem; }
.numbers {
    font-variant-numeric: tabular-nums; font-weight: 600; line-height: 1.4; letter-spacing: 0.05em;
    padding: 0.5rem 3rem 0.5rem 1rem; border-radius: 0.5rem; background: #8881; overflow-wrap: anywhere;
}
.numbers div { white-space: pre-wrap; }
.numbers mark, .doubts mark { background: #e69f00; color: #000; border-radius: 0.15em; }
.doubts { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; margin: 0.5rem 0 0; font-size: 0.875rem; }
.doubts mark { font-weight: 600; padding: 0 0.3em; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.875rem; }
.legend i { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.4em; vertical-align: -0.1em; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.tiles figure { margin: 0; width: 78px; }
.tiles img {
    width: 78px; height: 78px; image-rendering: pixelated; border-radius: 0.5rem; box-sizing: border-box;
    object-fit: contain; background: #8883;
}
.tiles .doubtful img { border: 4px solid #e69f00; }
.tiles .refused img { border: 2px solid #888; }
.tiles figcaption { font-size: 0.875rem; line-height: 1.3; padding-top: 0.25rem; }
"""


class Look(NamedTuple):
    """A picture file, the model that reads it, and how: all that decides a reading."""

    content: bytes
    digest: str
    model: str
    hints: Hints

    @property
    def key(self) -> tuple[str, str, str, Hints]:
        """What tells readings apart; a network trained later under the same name is another."""
        return self.digest, self.model, str(store.load_card(self.model).get("sha256", "")), self.hints


def read(look: Look, risk: float, boxes: Boxes | None = None) -> Pieces:
    """Return what is found on a picture file, or what is in `boxes` of it.

    At most `risk` (0 to 1) of the digits that are not doubtful are wrong, as measured when the model was made.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    pieces = _read(look, look.key)[0] if boxes is None else _read_boxes(look, look.key, boxes)
    return replace(pieces, reading=replace(pieces.reading, level=parts.classifier(look.model).level(risk)))


def picture(look: Look, reading: Reading) -> bytes:
    """Return a JPEG of a picture file with the boxes and digits of a reading."""
    return _annotated(upright(look), reading, look.key, (reading.level, reading.text, reading.boxes.tobytes()))


def upright(look: Look) -> bytes:
    """Return a picture file as a JPEG that stands upright and is not too large."""
    return _read(look, look.key)[1]


def staged(look: Look) -> Reading:
    """Return the reading of a picture file with its stages."""
    return _staged(look, look.key)


@st.cache_resource(max_entries=2, show_spinner=False)  # large
def _staged(_look: Look, key: tuple[str, str, str, Hints]) -> Reading:
    return read_rgb(load(_look.content), parts.classifier(_look.model), hints=_look.hints)


@st.cache_data(max_entries=50, show_spinner=False)
def _read_boxes(_look: Look, key: tuple[str, str, str, Hints], boxes: Boxes) -> Pieces:
    classifier = parts.classifier(_look.model)
    return Pieces.of(read_boxes(staged(_look), boxes, classifier), classifier)


@st.cache_data(max_entries=200, show_spinner=False)
def _read(_look: Look, key: tuple[str, str, str, Hints]) -> tuple[Pieces, bytes]:
    image, classifier = load(_look.content), parts.classifier(_look.model)
    return Pieces.of(read_rgb(image, classifier, hints=_look.hints), classifier), to_jpeg(as_shown(image))


@st.cache_data(max_entries=200, show_spinner=False)
def _annotated(
    _upright: bytes, _reading: Reading, key: tuple[str, str, str, Hints], shown: tuple[float, str, bytes]
) -> bytes:
    return to_jpeg(drawn_on(load(_upright), _reading, key[-1].region))


def drawn_on(image: RGB, reading: Reading, region: tuple[int, int, int, int] | None = None) -> RGB:
    """Return `image`, the picture of the reading in whatever size, with boxes and its region."""
    factor = image.shape[1] / reading.size[0]
    boxes, refused = (np.round(each * factor).astype(np.int32) for each in (reading.boxes, reading.refused))
    if region:
        left, top, right, bottom = (round(side * factor) for side in region)
        image = dim_outside(image, (left, top, right, bottom))
    return annotate(image, replace(reading, boxes=boxes, refused=refused))


def found(reading: Reading) -> str:
    """Return "10 digits in 2 rows, 1 doubtful, 3 pieces left out"."""
    counts = [f"{parts.plural(len(reading), 'digit')} in {parts.plural(len(reading.rows), 'row')}"]
    if doubtful := int(reading.doubtful.sum()):
        counts.append(f"{doubtful} doubtful")
    if refused := len(reading.refused):
        counts.append(f"{parts.plural(refused, 'piece')} left out as no digit")
    return ", ".join(counts)


def show_text(reading: Reading, name: str, size: str) -> None:
    """Show the rows of a reading in letters of a CSS `size`, doubtful digits marked, with a button that copies."""
    places = np.flatnonzero(reading.doubtful)
    rows = "".join(
        f"<div>{' '.join(''.join(_digit(reading, int(index)) for index in number) for number in row)}</div>"
        for row in reading.places
    )
    doubts = "".join(
        f'<span role="listitem"><mark>{reading.labels[index]}</mark> {html.escape(other(reading, int(index)))}</span>'
        for index in places[:MOST_NAMED]
    )
    if len(places) > MOST_NAMED:
        doubts += f"<span>and {len(places) - MOST_NAMED} more</span>"
    with st.container(key=f"text-{name}"):
        st.html(f'<div class="numbers" style="font-size: {size}">{rows}</div>')
        st.code(reading.text, language=None)
    if doubts:
        st.html(f'<div class="doubts" role="list" aria-label="Doubtful digits">{doubts}</div>')


def _digit(reading: Reading, index: int) -> str:
    label = str(reading.labels[index])
    if not reading.doubtful[index]:
        return label
    return f'<mark title="{html.escape(other(reading, int(index)))}">{label}</mark>'


def other(reading: Reading, index: int) -> str:
    """Return what else a digit may be: "or 9: 12%", "or no digit: 30%"."""
    probabilities, second = reading.probabilities[index], int(reading.runner_up[index])
    none = 1 - float(probabilities.sum())
    name, share = ("no digit", none) if none > probabilities[second] else (str(second), float(probabilities[second]))
    return f"or {name}: {parts.percent(share)}"


def choose_digit(label: str, reading: Reading, first: int = 0, key: str | None = None) -> int:
    """Show the choice of a digit of a reading, where it has several; return its place."""
    if len(reading) < 2:
        return 0
    return (
        st.pills(
            label,
            range(len(reading)),
            default=min(first, len(reading) - 1),
            format_func=lambda index: f"{reading.labels[index]}" + _NOTHING * index,  # equal digits, other labels
            required=True,
            key=key,
        )
        or 0
    )


def show_probabilities(reading: Reading, index: int, refuses: bool) -> None:
    """Show the probabilities of a digit, with that of no digit if the network knows it."""
    from pages import charts  # with Altair and pandas, which a page without digits does not wait for

    bars = dict(zip(map(str, range(10)), reading.probabilities[index].tolist(), strict=True))
    if refuses or bool((reading.probabilities.sum(axis=1) < 0.9995).any()):
        bars["none"] = max(0.0, 1 - sum(bars.values()))
    said = ", ".join(f"{digit}: {parts.percent(share)}" for digit, share in bars.items())
    st.altair_chart(charts.probabilities(bars), alt=f"Probabilities. {said}")


def show_legend() -> None:
    """Say what the colours of the boxes mean."""
    meanings = {
        "border: 3px solid #0072b2": "sure",
        "border: 3px solid #e69f00; background: #e69f00": "doubtful: look again",
        "border: 2px solid #888": "no digit, left out",
    }
    items = "".join(f'<span><i style="{style}"></i>{meaning}</span>' for style, meaning in meanings.items())
    st.html(f'<div class="legend">{items}</div>')


def show_crops(reading: Reading) -> None:
    """Show every digit as the network sees it, with its confidence and the runner-up."""
    _show_tiles([_tile(reading, index) for index in range(len(reading))])


def show_pieces(pictures: list[bytes]) -> None:
    """Show PNG pictures of what was written but is no digit."""
    tiles = [
        f'<img src="{parts.data_url(picture)}" alt="Piece {place}, no digit">'
        for place, picture in enumerate(pictures, 1)
    ]
    _show_tiles([f'<figure role="listitem" class="refused">{tile}</figure>' for tile in tiles])


def show_labelled(pictures: list[tuple[str, bytes, str]]) -> None:
    """Show PNG pictures, each with what is said to those who do not see it, and with its caption."""
    _show_tiles(
        [
            f'<figure role="listitem"><img src="{parts.data_url(png)}" alt="{html.escape(said)}">'
            f"<figcaption><b>{html.escape(caption)}</b></figcaption></figure>"
            for said, png, caption in pictures
        ]
    )


def _show_tiles(tiles: list[str]) -> None:
    st.html(f'<div class="tiles" role="list">{"".join(tiles)}</div>')


def _tile(reading: Reading, index: int) -> str:
    first, sure = int(reading.labels[index]), html.escape(parts.percent(float(reading.confidence[index])))
    less, doubtful = html.escape(other(reading, index)), bool(reading.doubtful[index])
    said = f"Digit {index + 1} as the network sees it: {first}, {sure}; {less}{'; doubtful' if doubtful else ''}"
    return (
        f'<figure role="listitem"{" class=doubtful" if doubtful else ""}>'
        f'<img src="{parts.data_url(gray_png(reading.crops[index]))}" alt="{said}">'
        f"<figcaption><b>{first}{'?' if doubtful else ''}</b> {sure}<br><small>{less}</small></figcaption></figure>"
    )


def gray_png(gray: NDArray[np.uint8]) -> bytes:
    """Return a gray picture, uint8 (h, w), as a PNG file of a size to be shown."""
    return to_png(as_shown(gray))


def fitted(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture, smaller where it is very large."""
    factor = _MOST_SHOWN / max(image.shape[:2])
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else image


def as_shown(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture with pixels enough that boxes and digits on it are not coarse, and not too many."""
    factor = _LEAST_SHOWN / max(image.shape[:2])
    if factor <= 1:
        return fitted(image)
    size = [max(1, round(side * factor)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
