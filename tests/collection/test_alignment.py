import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.collection.alignment import align
from digitnet.errors import AlignmentError
from digitnet.labels import NOT_A_DIGIT


def found(text, sure=0.9, **doubts):
    """Probabilities of digits read as `text`; none_2=0.3 makes the third no digit by 0.3, is7_0=0.3 the first a 7."""
    probabilities = np.full((len(text), 10), (1 - sure) / 9, np.float32)
    probabilities[np.arange(len(text)), [int(each) for each in text]] = sure
    for name, share in doubts.items():
        what, place = name.split("_")
        probabilities[int(place)] *= 1 - share
        if what != "none":
            probabilities[int(place), int(what[2:])] += share
    return probabilities


@pytest.mark.parametrize(
    ("read", "text", "labels"),
    [
        ("2047", "2047", [2, 0, 4, 7]),
        ("2047", "2041", [2, 0, 4, 1]),
        ("7", "1", [1]),
        ("2047", " 20\n47, ", [2, 0, 4, 7]),
        ("20147", "2047", [2, 0, NOT_A_DIGIT, 4, 7]),
        ("12345", "2345", [NOT_A_DIGIT, 2, 3, 4, 5]),
        ("12345", "1239", [1, 2, 3, NOT_A_DIGIT, 9]),
    ],
)
def test_text_is_laid_beside_the_digits(read, text, labels):
    probabilities = found(read, none_3=0.2) if read == "12345" and text == "1239" else found(read)
    assert align(text, probabilities) == labels


def test_what_the_network_half_believed_decides_between_ways_that_change_as_much():
    assert align("11", found("111", none_1=0.4)) == [1, NOT_A_DIGIT, 1]
    assert align("11", found("111", none_2=0.4)) == [1, 1, NOT_A_DIGIT]
    assert align("38", found("358", is3_1=0.4, none_0=0.1)) == [3, NOT_A_DIGIT, 8]


def test_digit_that_was_not_found_is_said():
    with pytest.raises(AlignmentError, match="5 digits are typed, but 4 found"):
        align("20475", found("2047"))


def test_text_that_has_next_to_nothing_in_common_is_refused():
    with pytest.raises(AlignmentError, match="too few of them agree"):
        align("999", found("123456"))


@pytest.mark.parametrize(("text", "said"), [("20a7", "'a' is none"), (" \n", "Type the digits"), ("二", "is none")])
def test_what_is_no_digit_is_refused(text, said):
    with pytest.raises(AlignmentError, match=said):
        align(text, found("2047"))


@given(st.text("0123456789", min_size=1, max_size=12), st.text("0123456789", min_size=1, max_size=12))
def test_labels_that_are_kept_spell_the_text(read, text):
    try:
        labels = align(text, found(read))
    except AlignmentError:
        assert len(text) != len(read)
        return
    assert len(labels) == len(read)
    assert "".join(str(label) for label in labels if label != NOT_A_DIGIT) == text
