import numpy as np
import pytest

from digitnet.collection.prompts import choose_prompt, count_missing


def count(**digits):
    """Return counts of 11 labels: count(d7=2) has two 7s."""
    counts = np.zeros(11, np.int64)
    for name, number in digits.items():
        counts[int(name[1:])] = number
    return counts


def test_missing_digits_are_counted_without_those_too_many():
    assert count_missing(count(d0=2, d1=9, d10=5), 3).tolist() == [1, 0, *[3] * 8]


def test_prompts_go_through_all_labels_before_one_comes_again():
    counts, prompts = count(), []
    while prompt := choose_prompt(counts, 2):
        prompts.append(prompt)
        counts[list(prompt)] += 1
    assert prompts == [(0, 1, 2, 3, 4), (5, 6, 7, 8, 9)] * 2


@pytest.mark.parametrize(
    ("counts", "prompt"),
    [
        (count(**{f"d{label}": 3 for label in range(10) if label != 7}), (7, 7, 7)),
        (count(**{f"d{label}": 3 for label in range(8)}), (8, 8, 8, 9, 9)),
        (count(**{f"d{label}": 4 for label in range(10)}), ()),
    ],
    ids=["one label", "two labels", "none"],
)
def test_last_prompts_repeat_labels(counts, prompt):
    assert choose_prompt(counts, 3) == prompt
