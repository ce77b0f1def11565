"""Draw letters of several scripts, and other signs, which networks learn to refuse.

Each letter is written on a grid of five by five points: strokes are separated by spaces, and each is a series of points
of two figures, x from the left and y from the top, with a smooth curve through three or more. Letters that many
hands write like a digit (O, I, Z, S, b, g, q, B, the katakana fu and others) are left out.
"""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.stroke_rendering import Points, draw_strokes
from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

_LATIN = (
    "0420 2044 1232", "4000 0004 0444 0232", "4000 0004 0232", "0004 4044 0242", "0004 4002 0244",
    "0400 0022 2240 4044", "0400 0044 4440", "0004 0030413202", "0004 0030413202 1244",
    "0044 4004", "0022 4022 2224", "0014 1422 2234 3440", "0003244340", "20010324434120 2344",
    "4222031444 4044", "0242 423010021434", "0004 03224344", "1014 3112 1234",
    "0104 02112224 22314244", "0104 02214244", "30201114 0232",
    "4120022443", "0024 2440", "202334 0141", "100103142334434130",
    "4023140302112244", "41301114 0232",
)  # fmt: skip
_GREEK_AND_CYRILLIC = (
    "0002234240 2024", "2102234221 2024", "20010324434120 1232", "0040 1014 3034", "0004 0040",
    "001044 2204", "40101131 3102133334", "4000 0022 2204 0444", "0420 2044 4404", "40331402103144",
    "40100132 32031444", "2024 0044 4004", "0004 2024 4044 0444", "0004 0440 4044",
    "0004 0212 30121434423130", "4044 40100132 4204 4042",
)  # fmt: skip
_KANA = (
    "0141 3034 3104",
    "0141 4134 2004", "0040 4044 0444", "0141 1013 3024",
    "0010 0111 0440", "0240 1013 1344",
    "0001 2021 4014", "1014 1232", "1030 0444", "1004 3044",
    "0004 0444 0131", "0141 2024 1203 3243", "0041 0142 0344", "2004 0434 3244",
    "4004 1033", "1030 0242 2023 2344", "0040 4044 0444 0242", "1012 3033 3314",
    "1004 2024 2442",
    "1030 0141 413304", "1030 0141 212204", "0040402204 2234",
)  # fmt: skip
_HANGUL = (
    "0020 2013 3034 3242", "0020 0003 0323 3034 3242", "0020 2022 2202 0204 0424 3034 3242",
    "0020 2023 2303 0300 3034 3242", "1003 1123 3034 3242", "0020 1003 1123 3034 3242", "0010 1003 4044 2242",
    "1003 1123 4044 2242", "0020 1003 1123 4044 2242", "0010 1003 3034 4044 2232", "0010 1004 3034 4044 2131 2333",
    "1003 1123 3034 4044 3242", "1040 4042 2224 0444", "1012 1242 2224 0444",
    "2002 2042 2324 0444", "1040 1012 1242 2224 0444", "1030 3021 0242 2224", "1030 1011 1131 0242 2224",
    "3034 4044 1232", "0242 1214 3234",
)  # fmt: skip
_DEVANAGARI = (
    "0040 2024 2212031422 22314233", "0040 3034 10122332", "0040 3034 321304", "0040 3034 0232", "0040 3034 1013 0333",
    "0040 3034 101304", "0020122304 1232 3034 2040", "0040 2024 21110213 22324344", "0040 3034 1011223312",
)  # fmt: skip
_SIGNS = (
    "1014 3034 0141 0343", "4120022443 0131 0333", "0141 0343", "0141 2024 1033 3013",
    "0400 0040 4044", "0242 1033 3013", "20014344 0141",
)  # fmt: skip
_OTHERS = (
    "0004 2024 4044 0444", "0040 4044 0204", "0033 4022 0444", "0040 3034 31120333",
    "0040 2024 2112031423", "0040 4044 4212 1203", "0040 1012 3034 1232", "0011 4031 1134 3104",
    "2024 0022 4022", "2024 0222 4222 0044", "2004 2044 1434",
    "0400 0024 2440", "00030434 2003",
)  # fmt: skip
_LEAN_SD = 0.12  # Standard deviation of the turn, in radians, and of the shear.
_POINT_SD = 0.05  # Standard deviation of a point that strokes share, as a share of the letter's height.
_STROKE_SD = 0.02  # Standard deviation of each point of a stroke, as the same share.
_PEN_WIDTHS = (1.5, 3.6)  # Pixels of the 28 x 28 picture.


def draw_letter(rng: np.random.Generator) -> Gray:
    """Draw a random letter as some hand may write it, trimmed, uint8 (h, w)."""
    strokes = _LETTERS[int(rng.integers(len(_LETTERS)))]
    width = rng.uniform(0.5, 1.2)
    cos, sin = np.cos(angle := rng.normal(0, _LEAN_SD)), np.sin(angle)
    matrix = np.array([[width * cos, sin], [rng.normal(0, _LEAN_SD) - width * sin, cos]])
    # Strokes that meet in a point still meet approximately.
    moved = {
        tuple(point): np.array(point) + rng.normal(0, _POINT_SD, 2) for stroke in strokes for point in stroke.tolist()
    }
    drawn = [np.array([moved[tuple(point)] for point in stroke.tolist()]) @ matrix for stroke in strokes]
    drawn = [stroke + rng.normal(0, _STROKE_SD, stroke.shape) for stroke in drawn]
    return trim(draw_strokes(drawn, rng, pen=_PEN_WIDTHS))


def _parse_strokes(letter: str) -> list[Points]:
    return [np.array(list(stroke), float).reshape(-1, 2) / 4 for stroke in letter.split()]


LATIN = [_parse_strokes(letter) for letter in _LATIN]  # The strokes of each letter, float64 (n, 2) in 0..1.
_LETTERS = [_parse_strokes(letter) for letter in (
    *_LATIN, *_GREEK_AND_CYRILLIC, *_KANA, *_HANGUL, *_DEVANAGARI, *_SIGNS, *_OTHERS
)]  # fmt: skip
