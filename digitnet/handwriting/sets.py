"""List the data sets that a folder of handwriting may hold, with their licenses and the writers held out.

A writer who is held out is never trained on. The others' digits, letters and signs are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HandwritingSet:
    """A public data set.

    Attributes:
        file: name of its file in a folder of handwriting.
        title: its name in texts.
        license: the license's name.
        attribution: the line that its license or authors ask for.
        held_out: the writers who are never trained on.
    """

    file: str
    title: str
    license: str
    attribution: str
    held_out: tuple[str, ...]


SWISS = HandwritingSet(
    "swiss_digits.npz",
    "numbers",
    "CC0 1.0",
    '"numbers", handwritten digits collected by Alex Schroeder (kensanata) and contributors',
    ("0004_CH4M", "0013_CH3M", "0020_CH4M"),
)
PEN = HandwritingSet(
    "pen_strokes.json",
    "Pen-Based Recognition of Handwritten Digits",
    "CC BY 4.0",
    "E. Alpaydin, F. Alimoglu (1998), Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository",
    ("18", "19", "20"),
)
UJI = HandwritingSet(
    "uji_pen_characters.json",
    "UJI Pen Characters",
    "CC BY 4.0",
    "F. Prat, D. Llorens, A. Marzal, J. M. Vilar (2007), UJI Pen Characters, UCI Machine Learning Repository "
    "(converted to JSON)",
    ("uji10", "uji11"),
)
OPTDIGITS = HandwritingSet(
    "optdigits.npz",
    "Optical Recognition of Handwritten Digits",
    "CC BY 4.0",
    "E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository "
    "(repacked)",
    (),
)
GERMAN = HandwritingSet(
    "german_letters.npz",
    "German Handwriting Street-name Dataset",
    "CC BY 4.0, words ODbL",
    "DHSD - German Handwriting Street-name Dataset, N. Riaz, S. Saifullah, S. Agne, A. Dengel, S. Ahmed (DFKI, 2026) "
    "(cut into pieces); words (c) OpenStreetMap contributors, ODbL",
    ("36", "37"),
)
SHAPES = HandwritingSet(
    "shapes.npz",
    "Hand-drawn Shapes (HDS) Dataset",
    "CC BY 4.0",
    "Hand-drawn Shapes (HDS) Dataset (c) 2022 by Francois Robert (ellipses left out, repacked)",
    ("user.u18", "user.u19"),
)
SIGNS = HandwritingSet(
    "math_signs.npz",
    "MDAS Symbol Dataset",
    "MIT",
    "MDAS Symbol Dataset, Copyright (c) 2024 Jason MacLeod",
    (),
)
FONTS = HandwritingSet(
    "font_glyphs.npz",
    "pictures of 22 handwriting fonts",
    "OFL 1.1, Apache-2.0, BSD-3-Clause",
    "Pictures of handwriting fonts under OFL 1.1, Apache-2.0 and BSD-3-Clause",
    ("sue-ellen-francisco", "yomogi", "zhi-mang-xing"),
)
KANA = HandwritingSet(
    "kana_kanji.json",
    "tomoe_data",
    "CC BY 4.0",
    "tomoe_data by Hiroyuki Komatsu",
    (),
)

SETS = (SWISS, PEN, UJI, OPTDIGITS, GERMAN, SHAPES, SIGNS, FONTS, KANA)
