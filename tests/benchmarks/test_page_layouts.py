"""Tests of pages whose places make an order, and of tables."""

import numpy as np
import pytest

from benchmarks.page_composition import make_page
from benchmarks.page_layouts import LAYOUTS
from benchmarks.page_noted_tables import NOTED_TABLES
from benchmarks.page_tables import TABLES


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*LAYOUTS, *TABLES, *NOTED_TABLES])
def test_page_has_its_digits_as_bare_ink_and_repeats(kind):
    page, again = make_page(kind, 1), make_page(kind, 1)
    assert all(row.isdigit() for row in page.rows)
    assert page.image.shape[:2] == page.ink.shape
    assert (page.ink < 128).any()
    assert np.array_equal(page.image, again.image)


@pytest.mark.parametrize("kind", [*TABLES, *NOTED_TABLES])
def test_rows_of_a_table_are_its_filled_cells(kind):
    page = make_page(kind, 2)
    assert [row for row in ("".join(cells).replace(" ", "") for cells in page.table) if row] == page.rows


def test_sum_is_the_sum_of_its_numbers():
    rows = make_page("sums", 0).rows
    assert sum(map(int, rows[:-1])) == int(rows[-1])
