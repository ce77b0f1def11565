"""The kinds of hard pages by name, and the sample pages of the Photos page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.page_ink import Layer, Range
from benchmarks.page_paper import (
    Random,
    add_dotted_lines,
    add_grid,
    add_ruled_lines,
    add_show_through,
    crumple,
)
from benchmarks.page_photo import (
    add_finger,
    add_motion_blur,
    add_table,
    add_vignette,
    cast_hard_shadow,
    cast_soft_shadow,
    dim_light,
    punch_holes,
    turn,
)
from benchmarks.page_sheets import (
    add_dark_strip,
    cut_off_by_the_rim,
    lay_on_ground,
    lay_small_on_ground,
    photograph_at_an_angle,
    tear_in_two,
)

Change = Callable[[Layer, Random], Layer]  # Changes a page (h, w, 3).


@dataclass(frozen=True)
class PageKind:
    """The settings of a page; values are drawn evenly from each range.

    Attributes:
        size: height and width in pixels.
        rows, columns: least and greatest number of rows, and of digits in a row.
        share: height of a digit, divided by the room for it.
        pen: width of the pen, divided by the height of a digit.
        colors: names of `INKS`.
        strength: the opacity of the ink, 0..1.
        papers: names of `PAPERS`.
        under: changes of the paper before it is written on.
        over: changes of the written page, in this order.
        blur: standard deviation of the lens's blur in thousandths of the longer side.
        noise: standard deviation of the sensor's noise in gray levels.
        quality: JPEG quality, 0..100.
    """

    size: tuple[int, int] = (900, 1200)
    rows: tuple[int, int] = (2, 4)
    columns: tuple[int, int] = (3, 6)
    share: Range = (0.5, 0.75)
    pen: Range = (0.05, 0.14)
    colors: tuple[str, ...] = ("black", "blue")
    strength: Range = (0.8, 0.95)
    papers: tuple[str, ...] = ("white",)
    under: tuple[Change, ...] = ()
    over: tuple[Change, ...] = ()
    blur: Range = (0.3, 0.9)
    noise: Range = (1.0, 4.0)
    quality: tuple[int, int] = (60, 92)


SHEETS = ("white", "white", "yellow", "pink", "gray")

# The name of a kind seeds its random numbers, so that another name, or spelling, gives other pages.
KINDS = {
    "plain": PageKind(),
    "thin pen": PageKind(pen=(0.02, 0.035), share=(0.4, 0.6)),
    "thick pen": PageKind(pen=(0.18, 0.28), colors=("black", "red", "blue", "green")),
    "colours": PageKind(colors=("red", "green", "pale blue", "orange"), over=(add_vignette,)),
    "coloured paper": PageKind(papers=("yellow", "pink", "brown", "blue", "gray"), colors=("black", "blue", "red")),
    "pencil": PageKind(colors=("pencil",), strength=(0.3, 0.55), pen=(0.03, 0.06), over=(add_vignette,)),
    "ruled": PageKind(under=(add_ruled_lines,), pen=(0.03, 0.1), over=(turn,)),
    "squared": PageKind(under=(add_grid,), pen=(0.03, 0.1), over=(turn,)),
    "squared, red": PageKind(under=(add_grid,), pen=(0.03, 0.1), colors=("red", "orange", "pale blue")),
    "squared, pencil": PageKind(under=(add_grid,), pen=(0.03, 0.06), colors=("pencil",), strength=(0.45, 0.7)),
    "dotted": PageKind((300, 900), rows=(1, 1), under=(add_dotted_lines,), pen=(0.04, 0.1)),
    "crumpled": PageKind(under=(crumple,), over=(cast_soft_shadow,)),
    "soft shadow": PageKind(over=(cast_soft_shadow, add_vignette)),
    "hard shadow": PageKind(over=(cast_hard_shadow,)),
    "vignette": PageKind(over=(add_vignette, add_vignette)),
    "dark room": PageKind(over=(dim_light, add_vignette), noise=(4.0, 9.0)),
    "turned, table": PageKind(over=(turn, add_table, cast_soft_shadow)),
    "finger": PageKind(over=(add_vignette, add_finger), colors=("red", "blue", "black")),
    "show-through": PageKind(under=(add_show_through,), colors=("black", "blue")),
    "holes": PageKind(over=(punch_holes, turn)),
    "board": PageKind(papers=("board", "black"), colors=("chalk",), over=(cast_soft_shadow,)),
    "blurred": PageKind(blur=(2.0, 3.5), over=(add_motion_blur,)),
    "noisy": PageKind(noise=(10.0, 20.0), quality=(40, 70)),
    "poor JPEG": PageKind((450, 600), quality=(12, 25), over=(add_vignette,)),
    "webcam": PageKind((480, 640), (1, 2), (3, 5), over=(dim_light, add_vignette, add_motion_blur), blur=(1.0, 2.0)),
    "screenshot": PageKind(
        (60, 240), (1, 1), (3, 6), share=(0.6, 0.8), blur=(0.0, 1.0), noise=(0, 1), quality=(90, 98)
    ),
    "close-up": PageKind((600, 450), (1, 1), (1, 1), share=(1.05, 1.2), pen=(0.05, 0.22), over=(add_vignette,)),
    "close-up, shadow": PageKind((300, 300), (1, 1), (1, 1), share=(1.0, 1.1), over=(cast_soft_shadow, dim_light)),
    "small on a page": PageKind((1600, 1200), (3, 6), (2, 4), share=(0.12, 0.2), pen=(0.06, 0.1), over=(add_vignette,)),
    "squared, photo": PageKind(
        (1500, 2000),
        under=(add_grid,),
        pen=(0.03, 0.08),
        colors=("red", "pale blue", "black", "pencil"),
        over=(turn, add_table, cast_soft_shadow, add_vignette),
    ),
    "ruled, photo": PageKind(
        (1500, 2000),
        under=(add_show_through, add_ruled_lines),
        pen=(0.03, 0.08),
        colors=("red", "blue", "pencil"),
        over=(turn, cast_hard_shadow, add_finger),
    ),
    "crumpled, photo": PageKind(
        (1000, 750),
        papers=("brown", "yellow", "gray"),
        under=(crumple,),
        over=(punch_holes, turn, add_table, dim_light, add_vignette),
    ),
    "sheet on a ground": PageKind(papers=SHEETS, over=(lay_on_ground,)),
    "sheet at an angle": PageKind(papers=SHEETS, over=(photograph_at_an_angle, add_vignette)),
    "small sheet": PageKind((1200, 1600), (1, 3), (3, 5), papers=SHEETS, over=(lay_small_on_ground,)),
    "two sheets": PageKind((1200, 1200), (2, 2), papers=SHEETS, over=(tear_in_two,)),
    "sheet cut off": PageKind(papers=SHEETS, over=(cut_off_by_the_rim, cast_soft_shadow)),
    "dark strip": PageKind(papers=SHEETS, over=(add_dark_strip, cast_soft_shadow)),
    "12 Mpx": PageKind((3000, 4000), (4, 8), (4, 8), share=(0.25, 0.5), pen=(0.04, 0.08), over=(add_vignette, turn)),
}


_SAMPLE = PageKind((880, 1280), pen=(0.06, 0.08), share=(0.7, 0.75), noise=(2.0, 2.0), quality=(88, 88))
# The seed, the rows of digits and the kind of each sample.
SAMPLE_PAGES = {
    "even": (40, ["2047", "1385", "96"], replace(_SAMPLE, colors=("blue",))),
    "shadow": (41, ["31415", "92653"], replace(_SAMPLE, colors=("black",), over=(turn, cast_soft_shadow))),
    "squared": (9, ["8128", "496", "28"], replace(_SAMPLE, colors=("red",), under=(add_grid,), over=(turn,))),
    "touching": (53, ["58203"], replace(_SAMPLE, size=(480, 800), colors=("black",), share=(1.45, 1.55))),
}
