import pytest

from pages.photo import shown_region
from pages.photo.reading_options import PhotoOptions

SIZE = (400, 200)
REGION = (100, 20, 300, 40)


@pytest.mark.parametrize(
    ("turn", "spans"),
    [
        (0, ((25, 75), (10, 20))),
        (90, ((80, 90), (25, 75))),
        (180, ((25, 75), (80, 90))),
        (270, ((10, 20), (25, 75))),
    ],
)
def test_spans_are_those_of_the_photo_as_it_is_shown(turn, spans):
    assert shown_region.to_spans(REGION, SIZE, turn) == spans
    assert shown_region.from_spans(*spans, SIZE, turn) == REGION
    shares = (spans[0][0] / 100, spans[1][0] / 100, spans[0][1] / 100, spans[1][1] / 100)
    assert shown_region.from_shares(shares, SIZE, turn) == pytest.approx(REGION, abs=1)


@pytest.mark.parametrize(
    "change",
    [lambda options: options.set_region(REGION), lambda options: options.structure.set_outlines([])],
    ids=["region", "no sheets"],
)
def test_turn_that_was_found_is_kept_for_a_part_of_the_photo(change):
    options = PhotoOptions(size=SIZE, read_turn=90)
    options.keep_turn()
    assert options.turn is None
    change(options)
    options.keep_turn()
    assert options.turn == 90
    options.find_turn()
    options.keep_turn()
    assert options.turn is None
