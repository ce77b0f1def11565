import numpy as np

from benchmarks.cases import draw_numbers


def test_numbers_repeat_and_keep_their_digits_at_other_spacing(stroke_items):
    first, again, other = (draw_numbers(stroke_items, spacing, 5) for spacing in ("tight", "tight", "touching"))
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, again, strict=True))
    assert [case.truth for case in first] == [case.truth for case in other]
