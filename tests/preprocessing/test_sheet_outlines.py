import numpy as np
import pytest

from digitnet.preprocessing.sheet_outlines import make_outline

SIZE = (320, 240)


def outline(*corners):
    return make_outline(np.array(corners, np.float32), SIZE)


@pytest.mark.parametrize(
    ("other", "share"),
    [
        ([(55.2, 32.32), (278.36, 50.28), (273.55, 154.18), (55.2, 138.59)], 1),  # They share their left side.
        ([(55.2, 138.9), (273.89, 154.24), (270, 230), (55.2, 230)], 0),  # They share one side.
        ([(100, 0), (200, 0), (200, 90), (100, 90)], 0.55),
        ([(280, 160), (310, 160), (310, 230), (280, 230)], 0),
    ],
)
def test_overlap_is_the_share_of_the_smaller_outline(other, share):
    first, second = outline((55.2, 32.12), (278.5, 50.2), (273.89, 154.24), (55.2, 138.9)), outline(*other)
    assert first.measure_overlap(second) == pytest.approx(share, abs=0.03)
    assert second.measure_overlap(first) == first.measure_overlap(second)
