import pytest

from digitnet.scoring.comparison import compare_numbers, compare_rows, measure_edit_distance, remove_spaces


def test_edit_distance_counts_added_dropped_and_changed_digits():
    distances = [measure_edit_distance("2047", text) for text in ("2047", "20047", "247", "2041", "")]
    assert distances == [0, 1, 1, 1, 4]


def test_spaces_between_numbers_do_not_count():
    assert remove_spaces(["12 34", " ", "5"]) == ["1234", "5"]


def test_rows_are_compared_with_the_nearest_truth():
    assert compare_rows([["12"], ["912"]], ["912"]) == (3, 0, True)
    assert compare_rows([["12"], ["912"]], ["91"]) == (3, 1, False)
    assert compare_rows([["12", "3"]], ["123"]) == (3, 0, False)


@pytest.mark.parametrize(
    ("truth", "found", "result"),
    [
        (["12.50"], ["12.50"], (4, 0, True)),
        (["12.50"], ["1250"], (4, 0, False)),
        (["1250"], ["12.50"], (4, 0, True)),
        (["123456"], ["123", "456"], (6, 0, True)),
        (["12", "34"], ["1234"], (4, 0, False)),
        (["12", "34"], ["12", "34"], (4, 0, True)),
        (["12"], [], (2, 2, False)),
        ([], ["7"], (0, 1, False)),
        ([], [], (0, 0, True)),
    ],
)
def test_numbers_are_compared(truth, found, result):
    assert compare_numbers(truth, found) == result
