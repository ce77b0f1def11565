"""Tests of scoring rows and columns."""

import pytest

from benchmarks.table_scoring import Share, count_in_order, list_filled_rows


@pytest.mark.parametrize(
    ("truth", "found", "count"),
    [("abcd", "abcd", 4), ("abcd", "acxd", 3), ("abcd", "dcba", 1), ("", "ab", 0), ("aab", "aba", 2)],
)
def test_elements_in_the_same_order_are_counted(truth, found, count):
    assert count_in_order(truth, found) == count


def test_column_is_told_by_the_rows_that_it_fills():
    assert list_filled_rows([["1", "", "3"], ["", "", "33"]]) == [(0,), (), (0, 1)]


def test_share_of_nothing_is_no_figure():
    share = Share()
    assert str(share) == "-"
    share.add(1, 4)
    assert str(share) == "25.0%"
