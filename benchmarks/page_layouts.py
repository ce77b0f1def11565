"""Draw pages on which place makes the order: stacked sums, blocks side by side, lists and notes."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.drawn_sheet import Sheet, choose_digits
from benchmarks.page_ink import Page
from benchmarks.page_paper import Random

_HEIGHT = 46  # A digit's height in pixels.
_MARGIN = 70


def draw_sums(rng: Random) -> Page:
    """Draw one to three sums beside each other: numbers under each other, a line, and the result."""
    count, terms = int(rng.integers(1, 4)), int(rng.integers(2, 4))
    pitch, step = _HEIGHT * rng.uniform(0.8, 1.0), _HEIGHT * rng.uniform(1.35, 1.8)
    room = 6 * pitch + _HEIGHT * rng.uniform(0.4, 1.5)
    sheet = Sheet((round((terms + 1) * step) + 2 * _MARGIN, round(room * count) + 2 * _MARGIN), rng, _HEIGHT)
    rows = []
    for place in range(count):
        numbers = [int(rng.integers(10, 9999)) for _ in range(terms)]
        texts = [str(number) for number in (*numbers, sum(numbers))]
        right, top = _MARGIN + room * (place + 1) - 20, _MARGIN + rng.uniform(0, 0.15) * _HEIGHT
        for line, text in enumerate(texts):
            _write_aligned(sheet, text, right, top + step * (line + 0.5), pitch)
        longest = pitch * max(map(len, texts))
        if rng.random() < 0.6:
            _draw_plus(sheet, right - longest - pitch * 0.6, top + step * (terms - 0.5), _HEIGHT * 0.22)
        y = top + step * terms + rng.uniform(-3, 3)
        ends = right - longest - rng.uniform(0.1, 0.6) * pitch, right + rng.uniform(0, 0.3) * pitch
        sheet.draw([(ends[0], y), (ends[1], y + rng.uniform(-3, 3))], sheet.pen * rng.uniform(0.6, 1.0))
        rows += texts
    return sheet.photograph(rows, rng.uniform(-1.5, 1.5))


def draw_blocks(rng: Random) -> Page:
    """Draw two or three blocks of rows beside each other, each with a spacing of its own."""
    count = 2 if rng.random() < 0.75 else 3
    steps = _HEIGHT * (rng.uniform(1.4, 1.6) + rng.permutation(count) * rng.uniform(0.25, 0.4))
    texts = [[choose_digits(rng, 2, 6) for _ in range(rng.integers(3, 7))] for _ in range(count)]
    tops = [rng.uniform(0, 0.8) * _HEIGHT for _ in range(count)]
    height = max(top + step * len(block) for top, step, block in zip(tops, steps, texts, strict=True))
    sheet = Sheet((round(height) + 2 * _MARGIN, round(count * 9 * _HEIGHT) + 2 * _MARGIN), rng, _HEIGHT)
    left = float(_MARGIN)
    for block, step, top in zip(texts, steps, tops, strict=True):
        rights = [
            sheet.write(text, left + rng.uniform(0, 10), _MARGIN + top + float(step) * (line + 0.5), gap=0.18)
            for line, text in enumerate(block)
        ]
        left = max(rights) + _HEIGHT * rng.uniform(1.6, 4.0)
    return sheet.photograph([text for block in texts for text in block], rng.uniform(-2, 2))


def draw_list(rng: Random) -> Page:
    """Draw a list: labels of words, figures or letters at the left, and a number behind each."""
    kind = str(rng.choice(["word", "figure", "letter", "dash"]))
    count = int(rng.integers(3, 8))
    step = _HEIGHT * rng.uniform(1.5, 2.2)
    sheet = Sheet((round(count * step) + 2 * _MARGIN, 1000), rng, _HEIGHT)
    behind = _MARGIN + _HEIGHT * {"word": rng.uniform(6.5, 8), "figure": 2.4, "letter": 2.4, "dash": 1.6}[kind]
    rows = []
    for line in range(count):
        y = _MARGIN + step * (line + 0.5) + rng.uniform(-0.15, 0.15) * _HEIGHT
        text = choose_digits(rng, 2, 5)
        label = str(line + 1) if kind == "figure" else ""
        if kind == "figure":
            right = sheet.write(label, _MARGIN, y, gap=0.05)
            _draw_bracket(sheet, right - 2, y)
        elif kind == "dash":
            sheet.draw([(_MARGIN, y), (_MARGIN + 0.5 * _HEIGHT, y + rng.uniform(-4, 4))], sheet.pen)
        elif kind == "word":
            sheet.write_word(_MARGIN, y, _HEIGHT * 0.8)
        else:
            sheet.print_word("acdefhkm"[line] + ")", _MARGIN, y, _HEIGHT * 0.6)
        sheet.write(text, behind + rng.uniform(-6, 6), y, gap=0.2)
        rows.append(label + text)
    return sheet.photograph(rows, rng.uniform(-2, 2))


def draw_note(rng: Random) -> Page:
    """Draw a note: words and numbers in rows of uneven height, spacing and indent."""
    count = int(rng.integers(3, 6))
    sheet = Sheet((round(count * 2.3 * _HEIGHT) + 2 * _MARGIN, 1300), rng, _HEIGHT)
    y, rows = float(_MARGIN), []
    for line in range(count):
        y += _HEIGHT * rng.uniform(1.6, 2.2)
        x, row = _MARGIN + rng.uniform(0, 1.5) * _HEIGHT, ""
        parts = int(rng.integers(1, 4))
        written = [part % 2 == 1 or rng.random() < 0.3 for part in range(parts)]
        if not any(written) and (rng.random() < 0.7 or line == 0):
            written[-1] = True
        for is_number in written:
            if is_number:
                text = choose_digits(rng, 1, 4)
                height = _HEIGHT * rng.uniform(0.85, 1.2)
                x = sheet.write(text, x, y + rng.uniform(-0.12, 0.12) * _HEIGHT, gap=0.2, height=height)
                row += text
            else:
                x = sheet.write_word(x, y, _HEIGHT * rng.uniform(0.7, 1.0))
            x += _HEIGHT * rng.uniform(0.5, 1.3)
        rows += [row] * bool(row)
    return sheet.photograph(rows, rng.uniform(-2, 2))


def _write_aligned(sheet: Sheet, text: str, right: float, middle: float, pitch: float) -> None:
    """Write a number with its last digit at a right side, and each digit in a column of its own."""
    for place, character in enumerate(reversed(text)):
        digit = sheet.make_digit(character, sheet.height * sheet.rng.uniform(0.9, 1.05))
        x = right - pitch * (place + 0.5) + sheet.rng.uniform(-0.06, 0.06) * pitch
        sheet.paste(digit, x - digit.shape[1] / 2, middle + sheet.rng.uniform(-0.06, 0.06) * sheet.height)


def _draw_plus(sheet: Sheet, x: float, y: float, reach: float) -> None:
    sheet.draw([(x - reach, y), (x + reach, y)], sheet.pen)
    sheet.draw([(x, y - reach), (x, y + reach)], sheet.pen)


def _draw_bracket(sheet: Sheet, x: float, y: float) -> None:
    """Draw a closing bracket."""
    reach = 0.6 * sheet.height
    sheet.draw(
        [(x, y - reach), (x + 0.12 * reach, y - reach / 2), (x + 0.15 * reach, y + reach / 2), (x, y + reach)],
        sheet.pen,
    )


LAYOUTS: dict[str, Callable[[Random], Page]] = {
    "sums": draw_sums,
    "blocks": draw_blocks,
    "list": draw_list,
    "note": draw_note,
}
