"""Make up dates, times, phone numbers, numbers of accounts and of lists."""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.strings.tokens import Token, draw_digits, to_tokens


def make_item(rng: np.random.Generator) -> list[Token]:
    """Make a number in a list, such as 1) 45."""
    item = to_tokens(f"{int(rng.integers(1, 30))}{rng.choice([')', '.', ')', ':'])}")
    number = to_tokens(draw_digits(int(rng.integers(1, 5)), rng))
    return [*item, number[0]._replace(gap=rng.uniform(0.2, 0.9)), *number[1:]]


def make_date(rng: np.random.Generator) -> list[Token]:
    """Make a date of a day, a month and often a year, with slashes, points or dashes."""
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(1920, 2040))
    sign = str(rng.choice(["/", "/", ".", "-"]))
    padded = rng.random() < 0.6
    parts = [f"{day:02}" if padded else str(day), f"{month:02}" if padded else str(month)]
    chance = rng.random()
    parts += [str(year)] if chance < 0.5 else [f"{year % 100:02}"] if chance < 0.75 else []
    if chance >= 0.95:
        parts.append(f"'{year % 100:02}")
    elif rng.random() < 0.15:
        parts = parts[::-1]
    gap = rng.uniform(0.1, 0.5) if rng.random() < 0.12 else 0.0
    # Points stand close to the number before them, other signs between both.
    return to_tokens((f"{sign} " if sign == "." else f" {sign} ").join(parts), gap)


def make_time(rng: np.random.Generator) -> list[Token]:
    """Make a time of day, such as 09:30, 9h30, 9.30 or 12:30:45."""
    hour, minute = f"{int(rng.integers(24)):02}", f"{int(rng.integers(60)):02}"
    if rng.random() < 0.3:
        hour = hour.removeprefix("0")
    chance = rng.random()
    sign = ":" if chance < 0.88 else "h" if chance < 0.96 else "."
    text = f"{hour}{sign}{minute}"
    if sign == ":" and rng.random() < 0.1:
        text += f":{int(rng.integers(60)):02}"
    return to_tokens(text)


def make_phone(rng: np.random.Generator) -> list[Token]:
    """Make a phone number of up to six groups, which spaces, dashes or points part."""
    start = str(rng.choice(["({}) ", "+{} ", "{} ", "0{}/", "{}-"])).format(draw_digits(int(rng.integers(2, 4)), rng))
    if rng.random() < 0.1:
        start = f"+{rng.integers(1, 10)}{draw_digits(1, rng)} (0){draw_digits(2, rng)} "
    count = int(rng.choice([1, 2, 3, 4, 5], p=[0.42, 0.4, 0.1, 0.05, 0.03]))
    groups = [draw_digits(int(rng.integers(2, 5)), rng) for _ in range(count)]
    return to_tokens(start + str(rng.choice([" ", " ", "-", "."])).join(groups), rng.uniform(0.2, 0.7))


def make_account(rng: np.random.Generator) -> list[Token]:
    """Make the number of an account or a card: 10 to 16 digits, in groups or not."""
    digits, size = draw_digits(int(rng.integers(10, 17)), rng), int(rng.integers(2, 6))
    mark = str(rng.choice([" ", " ", "", "-", "."]))
    return to_tokens(
        mark.join(digits[start : start + size] for start in range(0, len(digits), size)), rng.uniform(0.15, 0.6)
    )
