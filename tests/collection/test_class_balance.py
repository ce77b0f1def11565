import numpy as np
import pytest

from digitnet.collection.class_balance import describe_balance


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([0] * 10 + [5], "There are no digits yet."),
        ([20] * 9 + [0, 0], "Still missing: 9."),
        ([0, 20, 20, 0, 20, 20, 20, 20, 20, 3, 0], "Still missing: 0 and 3. Few so far: 9."),
        ([1] * 10 + [0], "All ten digits are there, but few of each: 10 or more of each help most."),
        ([100] * 9 + [20, 0], "Few so far: 9. Write more of these."),
        ([30] * 10 + [0], "All ten digits are well represented."),
    ],
)
def test_sentence_names_missing_and_few_digits(counts, sentence):
    assert describe_balance(np.array(counts)) == sentence
