import numpy as np
import pytest

from digitnet.augmentation.strings.notations import make_account
from digitnet.augmentation.strings.strips import MAX_WIDTH, make_strip
from digitnet.augmentation.strings.texts import make_text
from digitnet.augmentation.strings.tokens import UNKNOWN, Token, to_tokens
from digitnet.augmentation.strings.writing import write, write_in_cells
from digitnet.labels import SIGNS, TEXT
from digitnet.preprocessing.strips import STRIP_HEIGHT


@pytest.mark.slow
def test_strips_have_ink_and_known_symbols(hands, papers):
    rng = np.random.default_rng(1)
    strips = [make_strip(hands, papers, rng) for _ in range(100)]
    assert all(strip.picture.shape[0] == STRIP_HEIGHT and strip.picture.shape[1] <= MAX_WIDTH for strip in strips)
    assert all(strip.picture.max() > 100 for strip in strips)
    texts = [strip.text for strip in strips]
    assert set("".join(texts)) <= set(f"0123456789{SIGNS}{TEXT}")
    assert {TEXT, "."} < set("".join(texts))
    assert not any(TEXT * 2 in text for text in texts)


def test_same_seed_makes_the_same_strip(hands, papers):
    one, other = (make_strip(hands, papers, np.random.default_rng(7)) for _ in range(2))
    assert one.text == other.text
    assert np.array_equal(one.picture, other.picture)


@pytest.mark.parametrize("text", ["2047", "12.50", "(3+4)=7", "$1,000.-"])
def test_line_has_the_text_that_was_asked_for(hands, text):
    rng = np.random.default_rng(2)
    lines = [write([Token(character) for character in text], hands, rng) for _ in range(10)]
    assert all(0 <= line.ink.min() <= line.ink.max() <= 1 for line in lines)
    assert [line.text for line in lines].count(text) >= 9  # A point of a thin pen may leave no ink, and no label.


@pytest.mark.parametrize(("written", "label"), [("3·4=12", "3×4=12"), ("9h30", f"9{TEXT}30")])
def test_variant_has_the_label_of_its_sign(hands, written, label):
    lines = [write(to_tokens(written), hands, np.random.default_rng(seed)) for seed in range(10)]
    assert [line.text for line in lines].count(label) >= 9


def test_zeros_in_one_stroke_have_the_label_of_each(hands):
    lines = [write([Token("7"), Token("000")], hands, np.random.default_rng(seed)) for seed in range(10)]
    assert {line.text for line in lines} == {"7000"}


def test_long_numbers_fit_into_a_strip(hands, papers, monkeypatch):
    monkeypatch.setattr("digitnet.augmentation.strings.strips.make_text", make_account)
    rng = np.random.default_rng(5)
    strips = [make_strip(hands, papers, rng) for _ in range(20)]
    assert all(strip.picture.shape[1] <= MAX_WIDTH for strip in strips)
    assert max(sum(map(str.isdigit, strip.text)) for strip in strips) >= 14


def test_digits_in_cells_stand_between_their_walls(hands):
    lines = [write_in_cells(to_tokens("40719"), hands, 1.3, np.random.default_rng(seed)) for seed in range(20)]
    assert {line.text for line in lines} == {"40719"}
    for line in lines:
        assert len(line.walls) == 6
        assert np.allclose(np.diff(line.walls), 1.3 * (line.base - line.top))
    inked = [line.ink[:, [min(round(wall), line.ink.shape[1] - 1) for wall in line.walls[1:5]]] for line in lines]
    assert np.mean([(columns > 0.4).any(axis=0).mean() for columns in inked]) < 0.3


def test_strips_with_cells_have_their_numbers(hands, papers, monkeypatch):
    monkeypatch.setattr("digitnet.augmentation.strings.strips._CELLS_SHARE", 1.0)
    rng = np.random.default_rng(3)
    strips = [make_strip(hands, papers, rng) for _ in range(30)]
    assert all(strip.text.isdigit() and strip.picture.shape[1] <= MAX_WIDTH for strip in strips)


def test_unknown_is_text(hands):
    tokens = [Token(value) for value in ("3", UNKNOWN, "+", "5", UNKNOWN, "=", "0")]
    lines = [write(tokens, hands, np.random.default_rng(seed)) for seed in range(5)]
    assert {line.text for line in lines} == {f"3{TEXT}+5{TEXT}=0"}


def test_gap_sets_signs_apart(hands):
    widths = [write([Token("1"), Token("2", gap)], hands, np.random.default_rng(3)).ink.shape[1] for gap in (0.0, 1.5)]
    assert widths[1] > widths[0] + 15


def test_texts_are_of_all_kinds():
    rng = np.random.default_rng(0)
    texts = ["".join(token.value for token in make_text(rng)) for _ in range(2000)]
    assert all(any(sign in text for text in texts) for sign in SIGNS)
    assert sum(UNKNOWN in text and "=" in text for text in texts) > 50
    assert 0.3 < np.mean([text.isdigit() for text in texts]) < 0.6
