import json

import numpy as np

from digitnet.augmentation.strings.hands import collect_hands
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.sets import UJI
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


def test_look_alikes_are_loaded_only_if_wanted(tmp_path):
    folder = write_complete_hands(tmp_path)
    assert "o" not in load_glyphs(folder)[UJI].labels
    assert "o" in load_glyphs(folder, look_alikes=True)[UJI].labels
