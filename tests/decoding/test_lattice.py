from itertools import groupby, pairwise

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose
from digitnet.decoding.decoder import decode
from digitnet.decoding.lattice import decode_run
from digitnet.reading.pipeline import read
from digitnet.segmentation.candidates import Candidate, InkRun
from digitnet.segmentation.candidates import extract_candidates as candidates_of
from digitnet.segmentation.candidates import find_spans as spans_of
from digitnet.segmentation.components import group_components
from digitnet.segmentation.oversegmentation import Oversegmentation, Segment


def touching(mnist, places, pen=7.0, seed=0):
    """Test digits written so that they touch, ink 255, with a margin, and what they say."""
    digits = mnist[1].select(np.array(places))
    whole = np.maximum.reduce(compose(list(digits.images), pen, np.random.default_rng(seed)))
    return np.pad(whole, 30), "".join(map(str, digits.labels))


@pytest.mark.parametrize("places", [(0, 1), (15, 16, 17), (18, 19, 20)])
def test_touching_digits_are_split(mnist, cnn, places):
    picture, text = touching(mnist, places)
    assert cv2.connectedComponents((picture > 60).astype(np.uint8))[0] == 2
    assert read(255 - picture, cnn).text == text


def test_most_touching_pairs_are_split(mnist, cnn):
    right = 0
    for first in range(0, 80, 2):
        picture, text = touching(mnist, (first, first + 1), seed=first)
        right += read(255 - picture, cnn).text == text
    assert right >= 22


def test_boxes_of_split_digits_stand_side_by_side(mnist, cnn):
    picture, text = touching(mnist, (15, 16, 17))
    boxes = read(255 - picture, cnn).boxes
    assert len(boxes) == len(text)
    assert (np.diff(boxes[:, 0]) > 0).all()


def drawn(strokes):
    picture = np.full((200, 220, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(picture, [np.array(stroke, np.int32) + 30], False, (0, 0, 0), 9, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(
    "strokes",
    [
        [[(90, 20), (20, 20), (20, 120), (90, 120)], [(20, 70), (80, 70)]],  # E
        [[(20, 20), (20, 120)], [(20, 70), (80, 20)], [(20, 70), (80, 120)]],  # K
        [[(15, 120), (15, 20), (60, 80), (105, 20), (105, 120)]],  # M
        [[(20, 20), (20, 120)], [(20, 20), (70, 30), (75, 55), (25, 68), (85, 120)]],  # R
        # Taken apart, these give digits:
        [[(20, 20), (20, 120), (140, 120), (140, 20)], [(80, 20), (80, 120)]],  # Sha
        [[(20, 20), (140, 20)], [(50, 20), (45, 120)], [(110, 20), (115, 120)]],  # Pi
    ],
    ids=["E", "K", "M", "R", "Sha", "Pi"],
)
def test_letter_is_refused(cnn, strokes):
    reading = read(drawn(strokes), cnn)
    assert reading.text == ""
    assert len(reading.refused) == 1


def test_letter_that_falls_into_a_1_and_a_4_is_doubted(cnn):
    reading = read(drawn([[(20, 120), (70, 20), (120, 120)], [(40, 85), (100, 85)]]), cnn)  # A
    assert (reading.confidence < cnn.find_min_confidence(0.01)).all()


def test_letter_among_digits_is_left_out_and_the_digits_stay(paper, cnn):
    page = paper().number("20", x=40).number("47", x=460)
    page.stroke([(325, 170), (325, 75)]).stroke([(325, 120), (380, 75)]).stroke([(325, 120), (380, 170)])
    reading = read(page.gray(), cnn)
    assert reading.text.replace(" ", "") == "2047"
    assert len(reading.refused) == 1


def test_network_of_ten_answers_takes_every_group_for_a_digit():
    ink = np.zeros((100, 300), np.uint8)
    for x in (40, 120, 200):
        cv2.rectangle(ink, (x, 20), (x + 30, 80), 255, 6)

    def classify(pictures):
        return np.full((len(pictures), 10), 0.1, np.float32)

    found = decode(group_components(ink, 6.0), 6.0, classify)
    assert found.probabilities.shape == (3, 10)
    assert not len(found.refused)


def made(widths, groups):
    """Parts of these widths, 100 high, side by side, and whatever lies between them as a candidate."""
    ends = np.cumsum([0, *widths])
    parts = [
        Segment(np.array([a, 0, b, 100]), np.full((100, b - a), 255, np.uint8)) for a, b in pairwise(ends.tolist())
    ]
    partings = []
    for _, own in groupby(zip(groups, parts, strict=True), lambda pair: pair[0]):
        of_group = [part for _, part in own]
        lefts = np.tri(len(of_group) + 1, len(of_group), -1, dtype=np.bool_)
        partings.append(Oversegmentation(of_group, lefts))
    stretch = InkRun.from_groups(0, 0, 100.0, partings)
    return stretch, candidates_of(stretch, spans_of(stretch))


def answers(candidates, believed):
    """Sure of the runs in `believed`, {(start, end): digit}, and that all others are no digit."""
    rows = np.full((len(candidates), 11), 0.001, np.float32)
    for row, candidate in zip(rows, candidates, strict=True):
        row[believed.get((candidate.start, candidate.end), 10)] = 0.99
    return rows


def spans(way, candidates: list[Candidate]):
    return [(candidates[c.index].start, candidates[c.index].end, c.is_digit) for c in way.path]


def test_way_goes_through_what_the_network_believes():
    stretch, candidates = made([40, 30, 50], [0, 0, 0])
    way = decode_run(stretch, candidates, answers(candidates, {(0, 2): 4, (2, 3): 7}))
    assert spans(way, candidates) == [(0, 2, True), (2, 3, True)]


def test_whole_group_is_refused_where_no_part_of_it_is_a_digit():
    stretch, candidates = made([40, 30, 50], [0, 0, 0])
    assert spans(decode_run(stretch, candidates, answers(candidates, {})), candidates) == [(0, 3, False)]


def test_parts_of_a_group_are_never_refused_alone():
    stretch, candidates = made([40, 40], [0, 0])
    way = decode_run(stretch, candidates, answers(candidates, {(0, 1): 4}))
    assert all(is_digit or (start, end) == (0, 2) for start, end, is_digit in spans(way, candidates))


def test_two_groups_become_one_digit_where_neither_is_one():
    stretch, candidates = made([30, 40], [0, 1])
    way = decode_run(stretch, candidates, answers(candidates, {(0, 2): 4}))
    assert spans(way, candidates) == [(0, 2, True)]


def test_belief_is_what_is_left_by_other_ways():
    stretch, candidates = made([40, 40], [0, 0])
    sure = decode_run(stretch, candidates, answers(candidates, {(0, 2): 4}))
    torn = answers(candidates, {(0, 2): 4, (0, 1): 1, (1, 2): 7})
    assert sure.path[0].belief[4] > 0.95
    assert decode_run(stretch, candidates, torn).path[0].belief[4] < sure.path[0].belief[4]


def test_digits_that_many_ways_lead_to_win_over_the_cheapest_way():
    stretch, candidates = made([50, 10, 10, 10, 50], [0, 0, 0, 0, 0])
    believed = {(0, 5): 8, **{(0, cut): 5 for cut in (1, 2, 3, 4)}, **{(cut, 5): 1 for cut in (1, 2, 3, 4)}}
    read = answers(candidates, believed)
    whole = np.array([(each.start, each.end) == (0, 5) for each in candidates])
    read[~whole & (read.max(axis=1) > 0.9)] *= 0.7  # each way through two digits costs more than the whole
    way = decode_run(stretch, candidates, read)
    assert [candidates[step.index].end for step in way.path][-1] == 5
    assert len(way.path) == 2
    alone = [each for each in candidates if (each.start, each.end) in {(0, 5), (0, 1), (1, 5)}]
    kept = np.array([candidates.index(each) for each in alone])
    assert len(decode_run(stretch, alone, read[kept]).path) == 1


def test_text_that_the_whole_ink_says_wins_over_one_that_is_about_as_likely():
    stretch, candidates = made([50, 40, 50], [0, 0, 0])
    read = answers(candidates, {(0, 1): 3, (1, 3): 5, (0, 2): 8, (2, 3): 1})

    def score(texts):
        return np.array([-0.1 if text == wanted else -20.0 for text in texts])

    for wanted in ((3, 5), (8, 1)):
        way = decode_run(stretch, candidates, read, score)
        assert tuple(step.digit for step in way.path) == wanted
        assert way.hypotheses[0].text == wanted
        assert all(step.belief[step.digit] > 0.9 for step in way.path)


def test_digit_that_is_second_by_itself_is_taken_where_the_whole_ink_says_it():
    stretch, candidates = made([50, 50], [0, 0])
    read = answers(candidates, {(0, 1): 3, (1, 2): 5})
    read[[(each.start, each.end) == (1, 2) for each in candidates], 6] = 0.2
    way = decode_run(
        stretch, candidates, read, lambda texts: np.array([-0.1 if text == (3, 6) else -20.0 for text in texts])
    )
    assert [step.digit for step in way.path] == [3, 6]


@pytest.mark.parametrize(("apart", "signs"), [(2.0, [None]), (40.0, [4, 7])])
def test_whole_ink_undoes_a_refusal_only_where_it_is_clear(apart, signs):
    stretch, candidates = made([60, 60], [0, 0])
    read = answers(candidates, {(0, 1): 4, (1, 2): 7})
    read[read[:, 10] < 0.9] *= 0.5
    read[[each.whole_group is not None for each in candidates], 10] = 0.999
    assert [step.digit for step in decode_run(stretch, candidates, read).path] == [None]

    def score(texts):
        return np.array([-apart if 10 in text else 0.0 for text in texts])

    assert [step.digit for step in decode_run(stretch, candidates, read, score).path] == signs


@pytest.mark.parametrize("impossible", ["all", "digits", "refusals"])
def test_texts_that_the_whole_ink_has_no_room_for_are_left_to_their_ways(impossible):
    stretch, candidates = made([40, 30, 50], [0, 0, 0])
    read = answers(candidates, {(0, 2): 4, (2, 3): 7})

    def score(texts):
        kinds = [impossible in ("all", "refusals" if 10 in text else "digits") for text in texts]
        return np.where(kinds, -np.inf, -1.0)

    way = decode_run(stretch, candidates, read, score)
    assert all(np.isfinite(step.belief).all() for step in way.path)
    assert sum(said.share for said in way.hypotheses) == pytest.approx(1)
    if impossible != "digits":
        assert [step.digit for step in way.path] == [4, 7]
