"""Show a reading on a page: its text, its doubtful digits, its counts and each digit."""

from __future__ import annotations

import html
import re

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from pages.shared import formatting, reading_cache, remembered
from pages.shared.doubt_text import ask, describe_doubt, describe_runner_up, list_doubts

_ZERO_WIDTH_SPACE = "\u200b"
_MAX_DOUBTS = 12  # The runner-up is named for no more doubtful digits than this.
_MAX_ROWS = 12  # More rows than this are scrolled.
STYLE = """
[class*=st-key-text-] { position: relative; --number-padding: 0.5rem 4rem 0.5rem 1rem; }
/* A field to type the number in lies over it, see number_field.py. */
[class*=st-key-text-] [class*=st-key-typed-] { position: absolute; inset: 0; z-index: 30; pointer-events: none; }
[class*=st-key-text-]:has([class*=st-key-typed-]) .numbers { cursor: text; }
@media (hover: hover) {
    [class*=st-key-text-]:has([class*=st-key-typed-]) .numbers:hover { box-shadow: inset 0 0 0 2px #888; }
}
[class*=st-key-text-] > :has([data-testid=stCode]) { position: absolute; top: 0; right: 0; width: 3rem; }
/* The text is hidden, the copy button stays visible. */
[class*=st-key-text-] [data-testid=stCode] pre { visibility: hidden; height: 3rem; padding: 0; }
[class*=st-key-text-] [data-testid=stCode] > :not(pre), [class*=st-key-text-] [data-testid=stCode] > :not(pre) * {
    visibility: visible; opacity: 1;
}
[class*=st-key-text-] [data-testid=stCode] button { width: 2.5rem; height: 2.5rem; }
.numbers {
    font-variant-numeric: tabular-nums; font-weight: 600; line-height: 1.4; letter-spacing: 0.05em;
    padding: var(--number-padding); border-radius: 0.5rem; background: #8881; overflow-wrap: anywhere;
    /* As high as the copy button at least. */
    min-height: 4rem; box-sizing: border-box; display: flex; flex-direction: column; justify-content: center;
}
.numbers.long { max-height: 26rem; overflow-y: auto; justify-content: flex-start; }
.numbers div { white-space: pre-wrap; flex: none; }
.numbers mark, .doubts mark {
    background: none; color: inherit; text-decoration: underline #e69f00 0.1em; text-underline-offset: 0.15em;
}
/* A line under a point would be as short as the point. */
:is(.numbers, .doubts) mark.sign {
    text-decoration: none; padding: 0 0.05em; margin: 0 -0.05em;
    background: linear-gradient(#e69f00, #e69f00) left bottom 0.07em / 100% 0.1em no-repeat;
}
.doubts mark.sign { background-size: 100% 2px; }
.doubts, .doubts > div { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; font-size: 0.875rem; }
.doubts { column-gap: 0.4rem; }
.doubts mark { font-weight: 600; text-decoration-thickness: 2px; }
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


def describe_reading(reading: Reading) -> str:
    """Return "10 digits in 2 rows, 1 doubtful, 3 shapes left out as not digits"."""
    doubtful = int(reading.doubtful.sum() + reading.doubtful_signs.sum())
    counts = [
        describe_size(reading),
        f"{doubtful} doubtful" if doubtful else "",
        describe_refused(len(reading.refused)),
    ]
    return ", ".join(filter(None, counts))


def describe_size(reading: Reading) -> str:
    """Return "10 digits and 2 signs in 2 rows"."""
    signs = f" and {formatting.format_count(len(reading.signs), 'sign')}" if len(reading.signs) else ""
    digits, rows = formatting.format_count(len(reading), "digit"), formatting.format_count(len(reading.rows), "row")
    return f"{digits}{signs} in {rows}"


def describe_refused(count: int) -> str:
    """Return "1 shape left out as not a digit", or "" if none was refused."""
    kind = "not a digit" if count == 1 else "not digits"
    return f"{formatting.format_count(count, 'shape')} left out as {kind}" if count else ""


def show_doubtful_symbols(reading: Reading) -> None:
    """Show which digits and signs of a reading to check, with the runners-up of digits."""
    symbols = list_doubts(reading)
    doubts = "".join(
        f'<span role="listitem" title="{html.escape(describe_doubt(reading, symbol))}">'
        f"{_mark_digit(ask(reading, symbol))}</span>"
        for symbol in symbols[:_MAX_DOUBTS]
    )
    if len(symbols) > _MAX_DOUBTS:
        doubts += f'<span role="listitem">and {len(symbols) - _MAX_DOUBTS} more</span>'
    if doubts:
        st.html(f'<div class="doubts">Check <div role="list" aria-label="Doubtful digits">{doubts}</div></div>')


def _mark_digit(question: str) -> str:
    """Mark the first digit of a question in HTML."""
    return re.sub(r"(\d)", r"<mark>\1</mark>", question, count=1)


def show_rows(reading: Reading, name: str, size: str) -> DeltaGenerator:
    """Show the rows of a reading, doubtful digits and signs marked, with a button that copies them.

    Args:
        reading: the reading.
        name: name of the element, unique on the page.
        size: font size in CSS.

    Returns:
        The place of the rows, in which a field may lie over them.
    """
    rows = "".join(
        f"<div>{' '.join(''.join(format_symbol(reading, symbol) for symbol in number) for number in row)}</div>"
        for row in reading.symbols
    )
    kind = 'class="numbers"'
    if len(reading.rows) > _MAX_ROWS:
        kind = 'class="numbers long" tabindex="0" role="region" aria-label="All rows"'
    place = st.container(key=f"text-{name}")
    with place:
        st.html(f'<div {kind} style="font-size: {size}">{rows}</div>')
        st.code(reading.text, language=None)
    return place


def format_symbol(reading: Reading, symbol: Symbol) -> str:
    """Return the HTML of a digit or sign, which marks it if it is doubtful."""
    text = html.escape(reading.spell([symbol]))
    if not reading.find_doubtful([symbol]):
        return text
    kind = ' class="sign"' if symbol.is_sign else ""
    return f'<mark{kind} title="{html.escape(describe_doubt(reading, symbol))}">{text}</mark>'


def describe_digit(reading: Reading, index: int) -> str:
    """Describe a digit for screen readers: its label, confidence, runner-up and doubt."""
    confidence = formatting.format_percent(float(reading.confidence[index]))
    doubt = "; doubtful" if reading.doubtful[index] else ""
    label, runner_up = int(reading.labels[index]), describe_runner_up(reading, index)
    return f"Digit {index + 1} as the network sees it: {label}, {confidence}; {runner_up}{doubt}"


def choose_digit(label: str, reading: Reading, name: str) -> int:
    """Show the choice `name` of a digit if a reading has several, and return its index."""
    if len(reading) < 2:
        return 0

    def format_option(index: int) -> str:
        return f"{reading.labels[index]}{_ZERO_WIDTH_SPACE * index}"  # Options of equal digits must differ.

    places = range(len(reading))
    chosen = remembered.show(st.pills, label, places, name=name, default=0, format_func=format_option, required=True)
    return int(chosen)


def show_probabilities(probabilities: NDArray[np.float32], index: int) -> None:
    """Show the probabilities of a digit, see `list_probabilities`."""
    # These import Altair and pandas, which a page without digits does not wait for.
    import pandas as pd

    from pages.shared import evaluation_charts

    bars = list_probabilities(probabilities, index)
    best = max(bars, key=bars.__getitem__)
    alt = f"Probability of each digit; {best} has the highest, {formatting.format_percent(bars[best])}"
    table = pd.DataFrame({"digit": list(bars), "probability": list(bars.values())})
    st.vega_lite_chart(table, evaluation_charts.plot_probabilities(list(bars)), alt=alt)


def list_probabilities(probabilities: NDArray[np.float32], index: int) -> dict[str, float]:
    """List the probabilities of a digit by label, and "none" for ink that is no digit.

    Args:
        probabilities: float32 (n, 10), of all digits.
        index: index of the digit.
    """
    shares = dict(zip(map(str, range(10)), probabilities[index].tolist(), strict=True))
    return {**shares, "none": max(0.0, 1 - sum(shares.values()))}


def show_legend(lines: str = "") -> None:
    """Explain the colors of the boxes, and what the lines are, if there are any."""
    meanings = {
        "border: 3px solid #0072b2": "sure",
        "border: 3px solid #e69f00; background: #e69f00": "doubtful: look again",
        "border: 2px solid #888": "not a digit, left out",
        **({"border: 2px solid #009e73": lines} if lines else {}),
    }
    items = "".join(f'<span><i style="{style}"></i>{meaning}</span>' for style, meaning in meanings.items())
    st.html(f'<div class="legend">{items}</div>')


def show_crops(reading: Reading) -> None:
    """Show every digit as the network sees it, with its confidence and the runner-up."""
    _show_tiles([_format_crop(reading, index) for index in range(len(reading))])


def show_refused(pictures: list[bytes]) -> None:
    """Show PNG pictures of refused components."""
    tiles = [
        f'<img src="{formatting.to_data_url(picture)}" alt="Shape {place}, not a digit">'
        for place, picture in enumerate(pictures, 1)
    ]
    _show_tiles([f'<figure role="listitem" class="refused">{tile}</figure>' for tile in tiles])


def show_pictures(pictures: list[tuple[str, bytes, str]]) -> None:
    """Show pictures, each given as its description, a PNG file and its caption."""
    _show_tiles(
        [
            f'<figure role="listitem"><img src="{formatting.to_data_url(png)}" alt="{html.escape(description)}">'
            f"<figcaption><b>{html.escape(caption)}</b></figcaption></figure>"
            for description, png, caption in pictures
        ]
    )


def _show_tiles(tiles: list[str]) -> None:
    st.html(f'<div class="tiles" role="list">{"".join(tiles)}</div>')


def _format_crop(reading: Reading, index: int) -> str:
    label, doubtful = int(reading.labels[index]), bool(reading.doubtful[index])
    confidence = html.escape(formatting.format_percent(float(reading.confidence[index])))
    runner_up, description = (
        html.escape(text) for text in (describe_runner_up(reading, index), describe_digit(reading, index))
    )
    caption = f"<b>{label}{'?' if doubtful else ''}</b> {confidence}<br><small>{runner_up}</small>"
    return (
        f'<figure role="listitem"{" class=doubtful" if doubtful else ""}>'
        f'<img src="{formatting.to_data_url(reading_cache.encode_gray(reading.crops[index]))}" alt="{description}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
