import numpy as np
import pytest

from digitnet.augmentation.digit_shapes import is_curve
from digitnet.augmentation.scribbles import draw_made_up_letter, draw_scribble


@pytest.mark.parametrize("draw", [draw_scribble, draw_made_up_letter])
def test_scribbles_and_letters_are_more_than_one_curve(draw):
    rng = np.random.default_rng(0)
    drawn = [picture for picture in (draw(rng) for _ in range(80)) if picture is not None]
    assert 40 < len(drawn) < 80
    assert not any(is_curve(picture) for picture in drawn)
