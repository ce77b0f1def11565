from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.collection.row_texts import (
    apply_texts,
    apply_typed,
    carry_known_signs,
    carry_signs,
    find_touched_rows,
    identify_rows,
)
from tests.helpers.signs import make_reading


def type_over(read, text):
    """Type a text over a reading, which shows the text `read`."""
    before = make_reading(read)
    digits = [int(character) for character in text if character.isdigit()]
    after = replace(before, probabilities=np.eye(10, dtype=np.float32)[digits])
    return apply_typed(text, before, after)


@pytest.mark.parametrize(
    ("read", "text", "shown"),
    [
        ("1250", "12.50", "12.50"),
        ("1250", "-£12.50", "-£12.50"),
        ("12.50", "12,50", "12,50"),
        ("12.50", "1,250.", "1,250."),
        ("12 50", "12. -50", "12. -50"),
        ("12 50", "12 - 50", "12 -50"),
        ("12 50", "12.-50", "12. -50"),
        ("12 50", "(12) (50)", "(12) (50)"),
        ("12\n50", "12.\n-50", "12.\n-50"),
        ("12\n50", "12%(50)", "12%\n(50)"),
        ("1.2\n50", "1.2\n5.0", "1.2\n5.0"),
        ("12/05/2017", "12 05 2017", "12052017"),
        ("1250", "12\u221250\u2019", "12-50'"),
        ("34", "3 x 4", "3×4"),
        ("12", "1|2;", "12"),
    ],
)
def test_typed_text_sets_the_signs(read, text, shown):
    assert type_over(read, text).text == shown


def test_other_digits_without_signs_keep_the_signs():
    assert type_over("12.50", "1280").text == "12.80"
    assert type_over("12.50", "1250").text == "1250"
    assert type_over("12.50", "12.80").text == "12.80"


def test_typed_signs_are_certain_and_keep_their_ink():
    reading = type_over("1.2-3", "1,2-3%")
    old = make_reading("1.2-3").signs
    assert reading.signs.corrected.tolist() == [True] * 3
    assert reading.signs.confidence.tolist() == [1] * 3
    assert reading.signs.boxes[:2].tolist() == old.boxes.tolist()
    left, top, right, bottom = reading.boxes[-1].tolist()
    assert reading.signs.boxes[2].tolist() == [right, top, right, bottom]
    assert left < right


def test_typed_sign_stands_for_ink_that_was_left_out():
    signed = make_reading("-1/2")
    bare = replace(signed, signs=make_reading("1").signs, refused=signed.signs.boxes[::-1])
    typed = apply_typed("-1/2", bare, bare)
    assert typed.signs.boxes.tolist() == signed.signs.boxes.tolist()
    assert len(typed.refused) == 0
    other = apply_typed("-1./2", bare, bare)
    assert other.signs.has_ink.tolist() == [True, False, False]  # One of two signs may be that ink, or neither.
    assert other.refused.tolist() == signed.signs.boxes[1:].tolist()


def test_added_sign_leaves_the_ink_to_the_old_one():
    reading = type_over("1.2", "1.-2")
    assert reading.signs.boxes[0].tolist() == make_reading("1.2").signs.boxes[0].tolist()
    assert reading.signs.boxes[1, 0] == reading.signs.boxes[1, 2]


number = st.from_regex(r"[-(£]?[0-9]{1,4}([./][0-9]{1,3})?[)%]?", fullmatch=True)
page = st.lists(st.lists(number, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3).map("\n".join)


@given(page, st.data())
def test_any_typed_signs_are_shown_as_typed(text, data):
    read = "".join(character for character in text if character.isdigit() or character.isspace())
    if any(character in text for character in "-(£./)%"):
        assert type_over(read, text).text == text
    signed = "".join(character + data.draw(st.sampled_from(["", ".", "/"])) * character.isdigit() for character in read)
    assert type_over(signed, text).numbers == make_reading(text).numbers


@given(page)
def test_stored_texts_give_the_same_reading(text):
    reading = make_reading(text)
    bare = replace(reading, signs=make_reading("1").signs)
    texts = dict(zip(identify_rows(reading), reading.row_texts, strict=True))
    assert apply_texts(bare, texts).text == text


def test_stored_text_of_other_digits_is_ignored():
    reading = make_reading("1.2\n3.4")
    first, second = identify_rows(reading)
    assert apply_texts(reading, {first: "1,23", second: "3,4", "other": "9"}).text == "1.2\n3,4"
    assert apply_texts(reading, {}) is reading


def test_rows_are_identified_by_their_digits_and_places():
    reading = make_reading("12\n12")
    first, second = identify_rows(reading)
    assert first != second  # Their crops differ.
    shifted = replace(reading, boxes=reading.boxes + 7, signs=make_reading("1.2").signs)
    assert identify_rows(shifted) == [first, second]
    boxes = reading.boxes.copy()
    boxes[1] += 1
    assert identify_rows(replace(reading, boxes=boxes))[0] != first


def test_signs_are_carried_over_to_other_digits():
    before = make_reading("1.2-3")
    fewer = make_reading("123")
    kept = replace(fewer, boxes=fewer.boxes[[0, 2]], row=fewer.row[[0, 2]], probabilities=fewer.probabilities[[0, 2]])
    kept = replace(kept, boxes=before.boxes[[0, 2]], number=np.zeros(2, np.int32), crops=before.crops[[0, 2]])
    assert carry_signs(before, kept).text == "1.-3"
    assert carry_signs(kept, before).text == "123"
    wider = replace(before, boxes=before.boxes + np.array([0, 0, 1, 0], np.int32))
    assert carry_signs(before, wider).text == "1.2-3"


def test_rows_with_digits_in_these_boxes_are_found():
    reading = make_reading("12\n3\n4")
    assert find_touched_rows(reading, reading.boxes[[1, 3]]) == [0, 2]
    assert find_touched_rows(reading, reading.boxes[:0]) == []


def test_known_signs_are_carried_over_to_more_ink():
    before = make_reading("1.2")
    signs = replace(before.signs, labels=np.array([","], "<U1"), corrected=np.ones(1, np.bool_))
    after = make_reading("1.2-3")
    assert carry_known_signs(before, replace(before, signs=signs), after).text == "1,2-3"
    unknown = replace(signs, corrected=np.empty(0, np.bool_))
    assert carry_known_signs(before, replace(before, signs=unknown), after).text == "12-3"
    elsewhere = replace(after, boxes=after.boxes + 9)
    assert carry_known_signs(before, replace(before, signs=signs), elsewhere).text == "12-3"
