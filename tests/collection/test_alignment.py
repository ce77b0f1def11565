import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.collection.alignment import align
from digitnet.errors import AlignmentError
from digitnet.labels import NOT_A_DIGIT


def make_probabilities(text, certainty=0.9, **doubts):
    """Return probabilities of digits read as `text`.

    A doubt none_2=0.3 takes 0.3 from the third digit for NOT_A_DIGIT, is7_0=0.3 gives 0.3 of the first to 7.
    """
    probabilities = np.full((len(text), 10), (1 - certainty) / 9, np.float32)
    probabilities[np.arange(len(text)), [int(character) for character in text]] = certainty
    for name, share in doubts.items():
        kind, place = name.split("_")
        probabilities[int(place)] *= 1 - share
        if kind != "none":
            probabilities[int(place), int(kind[2:])] += share
    return probabilities


@pytest.mark.parametrize(
    ("read", "text", "labels"),
    [
        ("2047", "2047", [2, 0, 4, 7]),
        ("2047", "2041", [2, 0, 4, 1]),
        ("7", "1", [1]),
        ("2047", " 20\n47, ", [2, 0, 4, 7]),
        ("2047", "-£20.47 | (x)", [2, 0, 4, 7]),
        ("20147", "2047", [2, 0, NOT_A_DIGIT, 4, 7]),
        ("12345", "2345", [NOT_A_DIGIT, 2, 3, 4, 5]),
        ("12345", "1239", [1, 2, 3, NOT_A_DIGIT, 9]),
    ],
)
def test_text_is_aligned_with_the_digits(read, text, labels):
    probabilities = (
        make_probabilities(read, none_3=0.2) if read == "12345" and text == "1239" else make_probabilities(read)
    )
    assert align(text, probabilities) == labels


def test_probabilities_decide_between_equal_alignments():
    assert align("11", make_probabilities("111", none_1=0.4)) == [1, NOT_A_DIGIT, 1]
    assert align("11", make_probabilities("111", none_2=0.4)) == [1, 1, NOT_A_DIGIT]
    assert align("38", make_probabilities("358", is3_1=0.4, none_0=0.1)) == [3, NOT_A_DIGIT, 8]


def test_text_longer_than_the_reading_is_refused():
    with pytest.raises(AlignmentError, match="You typed 5 digits, but 4 were found"):
        align("20475", make_probabilities("2047"))


def test_text_that_agrees_with_few_digits_is_refused():
    with pytest.raises(AlignmentError, match="too few of them agree"):
        align("999", make_probabilities("123456"))


@pytest.mark.parametrize(
    ("text", "sentence"), [("20a7", "'a' is neither"), (" \n", "Type the digits"), ("二", "is neither")]
)
def test_text_of_other_characters_is_refused(text, sentence):
    with pytest.raises(AlignmentError, match=sentence):
        align(text, make_probabilities("2047"))


@given(st.text("0123456789", min_size=1, max_size=12), st.text("0123456789", min_size=1, max_size=12))
def test_aligned_labels_spell_the_text(read, text):
    try:
        labels = align(text, make_probabilities(read))
    except AlignmentError:
        assert len(text) != len(read)
        return
    assert len(labels) == len(read)
    assert "".join(str(label) for label in labels if label != NOT_A_DIGIT) == text
