import pytest

from benchmarks.number_matching import find_right_numbers


@pytest.mark.parametrize(
    ("numbers", "right"),
    [
        (["1250"], [True]),
        (["12", "50"], [True, True]),
        (["1260"], [False]),
        (["125"], [False]),
        (["12", "60"], [True, False]),
        (["12", "0"], [False, False]),
        (["1", "1250"], [False, True]),
        (["12", "7", "50"], [True, False, True]),
        ([], []),
    ],
)
def test_numbers_are_right_if_their_digits_are_and_none_is_missing_beside_them(numbers, right):
    assert find_right_numbers("1250", numbers) == right


def test_number_of_a_picture_without_digits_is_wrong():
    assert find_right_numbers("", ["1"]) == [False]
