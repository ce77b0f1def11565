import re

import numpy as np
import pytest

from digitnet.augmentation.strings.amounts import make_amount, make_decimal, make_signed
from digitnet.augmentation.strings.equations import make_equation
from digitnet.augmentation.strings.notations import make_account, make_date, make_phone, make_time
from digitnet.augmentation.strings.signs import MARKS, SIGNS, VARIANTS
from digitnet.augmentation.strings.texts import _make_labeled, make_text
from digitnet.augmentation.strings.tokens import DOT, LETTERS, OTHER, UNKNOWN, WORD, join_zeros, to_tokens

KINDS = {WORD, LETTERS, OTHER, UNKNOWN}


def draw(make, count=400):
    """Make texts; return each with a space where a gap stands before a token."""
    rng = np.random.default_rng(3)
    texts = []
    for _ in range(count):
        tokens = make(rng)
        spaced = "".join((" " if token.gap > 0 else "") + token.value for token in tokens)
        texts.append(spaced.strip())
    return texts


def test_space_becomes_a_gap_before_the_next_token():
    tokens = to_tokens("07 9.5", 0.4)
    assert "".join(token.value for token in tokens) == "079.5"
    assert [token.gap for token in tokens] == [0, 0, 0.4, 0, 0]


@pytest.mark.parametrize(
    ("make", "pattern"),
    [
        (make_decimal, r"[-+€$£]?\d{1,3}[.,]\d{1,3}[%€]?"),
        (make_signed, r"[-+=($€£]?\d{1,4}[%€).:]?"),
        (make_date, r"\d{1,4}([/.-])\d{1,2}(\1'?\d{1,4})?"),
        (make_time, r"\d{1,2}[:h.]\d\d(:\d\d)?"),
        (make_phone, r"\+?\(?\d{2,4}\)?(\(0\)\d\d)?[/-]?\d{2,4}([-.]?\d{2,4}){0,4}"),
        (make_account, r"\d{2,16}([-.]?\d{1,5})*"),
        (make_equation, rf"\(?\d+([.,]\d+)?\)?([-+×÷/:{DOT}]?\(?\d+([.,]\d+)?\)?)+(=(-?\d+([.,]\d)?)?)?"),
    ],
)
def test_text_is_what_its_maker_claims(make, pattern):
    texts = [text.replace(" ", "") for text in draw(make)]
    assert [text for text in texts if not re.fullmatch(pattern, text)] == []
    assert all(set(text) <= {*"0123456789", *SIGNS, *VARIANTS, *MARKS} for text in texts)


@pytest.mark.parametrize(
    ("make", "pattern"),
    [
        (make_decimal, r"€ \d+[.,]\d+"),
        (make_decimal, r"\d+[.,]\d+ €"),
        (make_signed, r"\d+ %"),
        (make_signed, r"= ?\d+"),
        (make_date, r"\d+\. \d+\. \d{4}"),
        (make_date, r"\d+[-/.]\d+[-/.]'\d\d"),
        (make_time, r"\d+h\d\d"),
        (make_time, r"\d+:\d\d:\d\d"),
        (make_phone, r"\d{2,3} \d+ \d+ \d+ \d+"),
        (make_phone, r"\+\d\d \(0\)\d\d .*"),
        (make_account, r"\d{4} \d{4} \d{4} \d{4}"),
        (make_equation, rf".*\d ?{DOT} ?\d.*"),
        (make_equation, r".*\(.*\).*"),
        (make_equation, r".*= ?-\d+"),
    ],
)
def test_ordinary_shapes_are_made(make, pattern):
    assert any(re.fullmatch(pattern, text) for text in draw(make, 2000))


def test_dot_for_times_stands_only_in_calculations_with_a_result():
    assert all("=" in text for text in draw(make_equation, 2000) if DOT in text)


def test_decimal_points_stand_at_half_height_now_and_then():
    rng = np.random.default_rng(0)
    points = [token for _ in range(2000) for token in make_decimal(rng) if token.value == "."]
    assert 0.05 < np.mean([token.rise > 0.25 for token in points]) < 0.15


def test_labeled_values_are_of_all_kinds():
    texts = draw(_make_labeled, 1500)
    assert all(any(kind in text for kind in (WORD, LETTERS, OTHER)) for text in texts)
    for pattern in (r"\w+\.? \d+\.\d\d", r"\w+:? \d+/\d+/\d+", r"\w+\.? \d+:\d\d", r"\w+\. \(\d+\) .*", r"\d+,\d+ \w+"):
        assert any(re.fullmatch(pattern, text) for text in texts), pattern


def test_account_has_10_to_16_digits():
    assert {sum(map(str.isdigit, text)) for text in draw(make_account)} == set(range(10, 17))


def test_texts_are_made_of_what_can_be_written():
    rng = np.random.default_rng(1)
    for _ in range(1000):
        tokens = make_text(rng)
        assert tokens
        assert all(
            token.value in KINDS or token.value in {*"0123456789", *SIGNS, *VARIANTS, *MARKS} for token in tokens
        )


def test_same_seed_makes_the_same_texts():
    one, other = ([make_text(np.random.default_rng(seed)) for seed in range(50)] for _ in range(2))
    assert one == other


def test_amounts_keep_most_of_their_plain_form():
    assert np.mean([re.fullmatch(r"[\d.,' ]+", text) is not None for text in draw(make_amount)]) > 0.4


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("500", ["5", "00"]),
        ("10.000", ["1", "0", ".", "000"]),
        ("50", ["5", "0"]),
        ("5000000", [*"5000000"]),
        ("5 0 00", ["5", "0", "00"]),
        ("000", ["000"]),
        ("400-", [*"400-"]),
    ],
)
def test_zeros_at_the_end_become_one_stroke(text, values):
    assert [token.value for token in join_zeros(to_tokens(text, 0.5))] == values
