"""A reading on a page: as text with its doubts, in counts, and digit by digit."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from digitnet.reading.result import Reading
from pages.shared import formatting, reading_cache

_NOTHING = "\u200b"  # a space without width
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


def describe_reading(reading: Reading) -> str:
    """Return "10 digits in 2 rows, 1 doubtful, 3 pieces left out"."""
    counts = [
        f"{formatting.format_count(len(reading), 'digit')} in {formatting.format_count(len(reading.rows), 'row')}"
    ]
    if doubtful := int(reading.doubtful.sum()):
        counts.append(f"{doubtful} doubtful")
    if refused := len(reading.refused):
        counts.append(f"{formatting.format_count(refused, 'piece')} left out as no digit")
    return ", ".join(counts)


def show_text(reading: Reading, name: str, size: str) -> None:
    """Show the rows of a reading in letters of a CSS `size`, doubtful digits marked, with a button that copies."""
    places = np.flatnonzero(reading.doubtful)
    rows = "".join(
        f"<div>{' '.join(''.join(_format_digit(reading, int(index)) for index in number) for number in row)}</div>"
        for row in reading.places
    )
    doubts = "".join(
        f'<span role="listitem"><mark>{reading.labels[index]}</mark> '
        f"{html.escape(describe_runner_up(reading, int(index)))}</span>"
        for index in places[:MOST_NAMED]
    )
    if len(places) > MOST_NAMED:
        doubts += f"<span>and {len(places) - MOST_NAMED} more</span>"
    with st.container(key=f"text-{name}"):
        st.html(f'<div class="numbers" style="font-size: {size}">{rows}</div>')
        st.code(reading.text, language=None)
    if doubts:
        st.html(f'<div class="doubts" role="list" aria-label="Doubtful digits">{doubts}</div>')


def _format_digit(reading: Reading, index: int) -> str:
    label = str(reading.labels[index])
    if not reading.doubtful[index]:
        return label
    return f'<mark title="{html.escape(describe_runner_up(reading, int(index)))}">{label}</mark>'


def describe_runner_up(reading: Reading, index: int) -> str:
    """Return what else a digit may be: "or 9: 12%", "or no digit: 30%"."""
    probabilities, second = reading.probabilities[index], int(reading.runner_up[index])
    none = 1 - float(probabilities.sum())
    name, share = ("no digit", none) if none > probabilities[second] else (str(second), float(probabilities[second]))
    return f"or {name}: {formatting.format_percent(share)}"


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
    from pages.shared import evaluation_charts  # with Altair and pandas, which a page without digits does not wait for

    bars = dict(zip(map(str, range(10)), reading.probabilities[index].tolist(), strict=True))
    if refuses or bool((reading.probabilities.sum(axis=1) < 0.9995).any()):
        bars["none"] = max(0.0, 1 - sum(bars.values()))
    said = ", ".join(f"{digit}: {formatting.format_percent(share)}" for digit, share in bars.items())
    st.altair_chart(evaluation_charts.plot_probabilities(bars), alt=f"Probabilities. {said}")


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
    _show_tiles([_format_tile(reading, index) for index in range(len(reading))])


def show_refused(pictures: list[bytes]) -> None:
    """Show PNG pictures of what was written but is no digit."""
    tiles = [
        f'<img src="{formatting.to_data_url(picture)}" alt="Piece {place}, no digit">'
        for place, picture in enumerate(pictures, 1)
    ]
    _show_tiles([f'<figure role="listitem" class="refused">{tile}</figure>' for tile in tiles])


def show_pictures(pictures: list[tuple[str, bytes, str]]) -> None:
    """Show PNG pictures, each with what is said to those who do not see it, and with its caption."""
    _show_tiles(
        [
            f'<figure role="listitem"><img src="{formatting.to_data_url(png)}" alt="{html.escape(said)}">'
            f"<figcaption><b>{html.escape(caption)}</b></figcaption></figure>"
            for said, png, caption in pictures
        ]
    )


def _show_tiles(tiles: list[str]) -> None:
    st.html(f'<div class="tiles" role="list">{"".join(tiles)}</div>')


def _format_tile(reading: Reading, index: int) -> str:
    first, sure = int(reading.labels[index]), html.escape(formatting.format_percent(float(reading.confidence[index])))
    less, doubtful = html.escape(describe_runner_up(reading, index)), bool(reading.doubtful[index])
    said = f"Digit {index + 1} as the network sees it: {first}, {sure}; {less}{'; doubtful' if doubtful else ''}"
    return (
        f'<figure role="listitem"{" class=doubtful" if doubtful else ""}>'
        f'<img src="{formatting.to_data_url(reading_cache.encode_gray(reading.crops[index]))}" alt="{said}">'
        f"<figcaption><b>{first}{'?' if doubtful else ''}</b> {sure}<br><small>{less}</small></figcaption></figure>"
    )
