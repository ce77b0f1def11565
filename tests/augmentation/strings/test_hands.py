import json

import numpy as np

from digitnet.augmentation.strings.fields import BASE, TOP
from digitnet.augmentation.strings.hands import collect_hands
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.sets import FONTS, SIGNS, UJI
from tests.helpers.handwriting import BAR, RING, write_handwriting


def write_complete_hands(folder):
    """Write all digits and a few letters by one writer who is trained on and one who is held out."""
    labels = [*"0123456789", "A", "o"]
    records = [
        {"label": label, "writer": writer, "strokes": [*BAR, *RING]}
        for writer in ("uji02", UJI.held_out[0])
        for label in labels
    ]
    (folder / UJI.file).write_text(json.dumps(records))
    return folder


def test_hands_without_a_folder_write_all_digits(hands):
    assert len(hands.kinds) == 2
    for _, kind in hands.kinds:
        assert all(set("0123456789") <= set(hand.fields) for hand in kind)
    assert hands.words
    assert hands.others


def test_writers_held_out_write_only_where_they_are_asked_for(tmp_path, held_out):
    folder = write_complete_hands(tmp_path)
    few = held_out.select(np.arange(30))
    for is_held_out in (False, True):
        hands = collect_hands(few, folder, held_out=is_held_out, share=0.02)
        assert len(hands.kinds) == 3
        assert len(hands.kinds[-1][1]) == 1
        assert {"A", "o"} <= set(hands.letters)


def test_writer_without_all_digits_is_no_hand(tmp_path, held_out):
    hands = collect_hands(held_out.select(np.arange(30)), write_handwriting(tmp_path), held_out=False, share=0.02)
    assert len(hands.kinds) == 2


def write_signs(folder):
    """Write three drawings of each of two signs, and of a kind that looks like other signs."""
    images = np.zeros((9, 28, 28), np.uint8)
    images[:, 13:15, 4:24] = 255
    images[:6, 4:24, 13:15] = 255
    kinds = np.repeat(["addition_plus", "multiplication_cross", "subtraction_minus"], 3)
    np.savez(folder / SIGNS.file, images=images, kind=kinds)
    return folder


def test_written_signs_are_signs_and_no_text(tmp_path, held_out):
    few = held_out.select(np.arange(30))
    folder = write_signs(tmp_path)
    assert set(load_glyphs(folder)[SIGNS].labels.tolist()) == {"+", "×"}
    without, with_signs = (collect_hands(few, at, held_out=False, share=0.02) for at in (None, folder))
    assert len(with_signs.others) == len(without.others)
    assert {sign: len(with_signs.signs[sign]) - len(without.signs[sign]) for sign in "+×-"} == {"+": 3, "×": 3, "-": 0}


def test_written_signs_are_smaller_than_digits(tmp_path, held_out):
    hands = collect_hands(held_out.select(np.arange(30)), write_signs(tmp_path), held_out=False, share=0.02)
    for field in hands.signs["+"][-3:]:
        rows = np.flatnonzero((field.distance == 0).any(axis=1))
        assert rows[0] > TOP
        assert rows[-1] < BASE + 1
        assert np.ptp(rows) < 0.7 * (BASE - TOP)


def test_written_signs_are_not_held_out(tmp_path, held_out):
    few, folder = held_out.select(np.arange(30)), write_signs(tmp_path)
    known, unknown = (collect_hands(few, folder, held_out=is_held_out, share=0.02) for is_held_out in (False, True))
    assert len(known.signs["+"]) == len(unknown.signs["+"]) + 3


def test_currency_sign_of_a_font_is_no_text(tmp_path, held_out):
    images = np.zeros((2, 64, 64), np.uint8)
    images[:, 10:50, 20:24] = 255
    marks = {"digit": np.zeros(2, bool), "confusable": np.zeros(2, bool)}
    np.savez(tmp_path / FONTS.file, images=images, label=np.array(["€", "Ä"]), font=np.array(["a", "a"]), **marks)
    few = held_out.select(np.arange(30))
    without, with_font = (collect_hands(few, at, held_out=False, share=0.02) for at in (None, tmp_path))
    assert len(with_font.others) == len(without.others) + 1


def test_look_alikes_are_loaded_only_if_wanted(tmp_path):
    folder = write_complete_hands(tmp_path)
    assert "o" not in load_glyphs(folder)[UJI].labels
    assert "o" in load_glyphs(folder, look_alikes=True)[UJI].labels
