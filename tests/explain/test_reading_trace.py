import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose
from digitnet.explain.reading_trace import MOST, MOST_TEXTS, trace
from digitnet.models import store
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read, read_drawing
from digitnet.reading.result import Hints, require_stages
from digitnet.segmentation.oversegmentation import Stroke
from tests.helpers.samples import SAMPLES


@pytest.fixture(scope="module")
def touching(mnist):
    """Three test digits that touch, dark on light, uint8 (H, W), with a margin."""
    digits = mnist[1].select(np.array([15, 16, 17]))
    whole = np.maximum.reduce(compose(list(digits.images), 7.0, np.random.default_rng(0)))
    return 255 - np.pad(whole, 30)


@pytest.fixture(scope="module")
def parted(touching, cnn):
    """The reading of touching digits, and its trace."""
    reading = read(touching, cnn)
    return reading, trace(require_stages(reading), cnn)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("boxes", "probabilities", "row", "crops", "number", "refused")
    )


def test_cost_of_the_way_is_the_sum_of_its_parts(parted):
    _, found = parted
    for group in found.groups:
        assert group.total == pytest.approx(sum(taken.cost for taken in group.path))


def test_beside_a_network_that_learnt_the_hand_the_ink_as_a_whole_counts_less(touching, parted):
    content = store.load_tflite("cnn")
    costs = []
    for taught in (False, True):
        model = Classifier(content, fine_tuned=taught)
        group = trace(require_stages(read(touching, model)), model).groups[0]
        costs.append({said.text: (said.path_cost, said.sequence_cost) for said in group.texts})
    common = [text for text in costs[0] if text in costs[1] and costs[0][text][1] is not None]
    assert common
    for text in common:
        assert costs[1][text][0] == pytest.approx(costs[0][text][0])
        assert costs[1][text][1] < 0.9 * costs[0][text][1] or costs[0][text][1] > 100


def test_cost_of_a_candidate_is_that_of_network_and_shape(parted):
    _, found = parted
    group = found.group_of(0)
    assert group.searched
    for one in group.candidates:
        assert one.cost == pytest.approx(one.network + sum(one.shape))
        assert one.network == pytest.approx(-np.log(one.probability), abs=1e-5)
        assert one.probability + one.none <= 1 + 1e-6
    for taken in group.path:
        assert taken.cost == pytest.approx(taken.weighed.cost if taken.is_digit else taken.weighed.refusal)
        assert taken.digit in {taken.weighed.label, None}


def test_chosen_candidates_are_the_digits_of_the_reading_in_order(parted):
    reading, found = parted
    taken = [found.taken(digit) for digit in range(len(reading))]
    assert [one.digit for one in taken] == reading.labels.tolist()
    for one, crop in zip(taken, reading.crops, strict=True):
        assert one.is_digit
        assert np.array_equal(one.weighed.picture, crop)


def test_likeliest_text_of_a_group_is_what_was_read(parted):
    reading, found = parted
    group = found.group_of(0)
    assert 1 < len(group.texts) <= MOST_TEXTS
    assert list(group.texts[0].text) == reading.labels[: len(group.path)].tolist()
    shares = [said.share for said in group.texts]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) < 1.0001
    assert all(said.sequence_cost > 0 for said in group.texts)


def test_chosen_candidates_hold_all_pieces_of_a_group(parted):
    _, found = parted
    group = found.group_of(0)
    boxes = np.array([taken.weighed.box for taken in group.path])
    left, top, right, bottom = group.box
    assert (boxes[:, :2].min(axis=0) == (left, top)).all()
    assert (boxes[:, 2:].max(axis=0) == (right, bottom)).all()
    assert len(group.pieces) > len(group.path) > 1


def test_candidates_are_bounded_and_counted(parted):
    _, found = parted
    group = found.group_of(0)
    kept = list(map(id, group.candidates))
    assert len(kept) <= MOST + len(group.path) <= group.count
    assert all(id(taken.weighed) in kept for taken in group.path)
    assert len(set(kept)) == len(kept)


def test_candidates_that_were_torn_out_are_shown_in_their_place(parted):
    _, found = parted
    group = found.group_of(0)
    for taken in group.path:
        place = taken.weighed.place
        assert place is not None
        assert place.picture.shape == (28, 40, 2)
        assert place.answer.sum() == pytest.approx(1, abs=1e-3)
        assert place.answer.argmax() == place.alone.argmax() == taken.weighed.label
        assert taken.weighed.probability <= max(place.answer.max(), place.alone.max()) + 1e-6


def test_asking_changes_nothing(touching, cnn):
    before = read(touching, cnn)
    trace(require_stages(before), cnn)
    assert same(before, read(touching, cnn))


@pytest.mark.parametrize("name", ["even.jpg", "shadow.jpg", "squared.jpg"])
def test_every_digit_of_a_photo_has_its_place(cnn, name):
    reading = read(SAMPLES / name, cnn)
    found = trace(require_stages(reading), cnn)
    assert [found.taken(digit).weighed.label for digit in range(len(reading))] == reading.labels.tolist()
    assert all(len(group.path) == len(group.candidates) == 1 for group in found.groups if not group.searched)


def test_part_of_a_photo_is_traced_too(cnn):
    whole = read(SAMPLES / "even.jpg", cnn)
    width, height = whole.size
    reading = read(SAMPLES / "even.jpg", cnn, Hints(region=(0, 0, width, height // 2)))
    found = trace(require_stages(reading), cnn)
    assert 0 < len(reading) < len(whole)
    assert len(found.places) == len(reading)


def test_drawing_is_traced_with_its_strokes(cnn):
    two = [(60, 170), (75, 115), (125, 95), (180, 115), (185, 170), (130, 235), (60, 300), (120, 290), (205, 300)]
    zero = [(250, 100), (200, 150), (185, 220), (215, 300), (270, 300), (310, 220), (300, 140), (250, 100)]
    picture = np.full((400, 640, 3), 255, np.uint8)
    for line in (two, zero):
        cv2.polylines(picture, [np.array(line, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    reading = read_drawing(picture, cnn, [Stroke(np.array(line, float), 16.0) for line in (two, zero)])
    group = trace(require_stages(reading), cnn).group_of(0)
    assert [taken.weighed.label for taken in group.path] == reading.labels.tolist() == [2, 0]
    assert group.as_drawn
    assert len(group.pieces) == 2
    by_cuts = read_drawing(picture, cnn)
    other = trace(require_stages(by_cuts), cnn).group_of(0)
    assert not other.as_drawn
    assert len(other.pieces) > 2


def test_network_that_refuses_nothing_parts_nothing(touching):
    mlp = Classifier.load("mlp")
    reading = read(touching, mlp)
    found = trace(require_stages(reading), mlp)
    assert len(found.places) == len(reading) == 1
    assert not found.groups[0].searched


def test_empty_picture_has_no_groups(cnn):
    reading = read(np.full((80, 80), 255, np.uint8), cnn)
    found = trace(require_stages(reading), cnn)
    assert found.groups == found.places == ()
