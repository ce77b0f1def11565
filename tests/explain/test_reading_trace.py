import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose
from digitnet.expectations.expect import Expect
from digitnet.explain.reading_trace import MAX_HYPOTHESES, MAX_OTHER_CANDIDATES, trace_reading
from digitnet.models import store
from digitnet.models.classifier import Classifier
from digitnet.reading import assembly
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import read, read_drawing
from digitnet.reading.result import require_stages
from digitnet.segmentation.oversegmentation import Stroke
from tests.helpers.laid_sheets import CLOTH, lay, make_ground
from tests.helpers.samples import SAMPLES


@pytest.fixture(scope="module")
def touching(mnist):
    """Draw three test digits that touch, dark on light with a margin, uint8 (H, W)."""
    digits = mnist[1].select(np.array([15, 16, 17]))
    ink = np.maximum.reduce(compose(list(digits.images), 7.0, np.random.default_rng(0)))
    return 255 - np.pad(ink, 30)


@pytest.fixture(scope="module")
def traced(touching, cnn):
    """Read touching digits; return the reading and its trace."""
    reading = read(touching, cnn)
    return reading, trace_reading(require_stages(reading), cnn)


def are_equal(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("boxes", "probabilities", "row", "crops", "number", "refused")
    )


def test_path_cost_is_the_sum_of_its_steps(traced):
    _, trace = traced
    for group in trace.groups:
        assert group.path_cost == pytest.approx(sum(step.cost for step in group.path))


def test_fine_tuned_network_lowers_the_line_cost(touching):
    content = store.load_tflite("cnn")
    costs = []
    for fine_tuned in (False, True):
        model = Classifier(content, fine_tuned=fine_tuned)
        group = trace_reading(require_stages(read(touching, model)), model).groups[0]
        costs.append({one.text: (one.path_cost, one.line_cost) for one in group.hypotheses})
    common = [text for text in costs[0] if text in costs[1] and costs[0][text][1] is not None]
    assert common
    for text in common:
        assert costs[1][text][0] == pytest.approx(costs[0][text][0])
        assert costs[1][text][1] < 0.9 * costs[0][text][1] or costs[0][text][1] > 100


def test_candidate_cost_adds_network_and_shape_costs(traced):
    _, trace = traced
    group = trace.get_group(0)
    assert group.is_decoded
    for candidate in group.candidates:
        assert candidate.cost == pytest.approx(candidate.network_cost + sum(candidate.shape_cost))
        assert candidate.network_cost == pytest.approx(-np.log(candidate.probability), abs=1e-5)
        assert candidate.probability + candidate.not_a_digit <= 1 + 1e-6
    for step in group.path:
        candidate = step.candidate
        assert step.cost == pytest.approx(candidate.cost if step.is_digit else candidate.refusal_cost)
        assert step.digit in {candidate.label, None}


def test_path_steps_are_the_digits_of_the_reading(traced):
    reading, trace = traced
    steps = [trace.get_step(digit) for digit in range(len(reading))]
    assert [step.digit for step in steps] == reading.labels.tolist()
    for step, crop in zip(steps, reading.crops, strict=True):
        assert step.is_digit
        assert np.array_equal(step.candidate.picture, crop)


def test_likeliest_hypothesis_is_the_reading(traced):
    reading, trace = traced
    group = trace.get_group(0)
    assert 1 < len(group.hypotheses) <= MAX_HYPOTHESES
    assert list(group.hypotheses[0].text) == reading.labels[: len(group.path)].tolist()
    shares = [hypothesis.share for hypothesis in group.hypotheses]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) < 1.0001
    assert all(hypothesis.line_cost > 0 for hypothesis in group.hypotheses)


def test_path_covers_all_segments_of_a_group(traced):
    _, trace = traced
    group = trace.get_group(0)
    boxes = np.array([step.candidate.box for step in group.path])
    left, top, right, bottom = group.box
    assert (boxes[:, :2].min(axis=0) == (left, top)).all()
    assert (boxes[:, 2:].max(axis=0) == (right, bottom)).all()
    assert len(group.segments) > len(group.path) > 1


def test_candidates_are_limited_and_counted(traced):
    _, trace = traced
    group = trace.get_group(0)
    kept = list(map(id, group.candidates))
    assert len(kept) <= MAX_OTHER_CANDIDATES + len(group.path) <= group.candidate_count
    assert all(id(step.candidate) in kept for step in group.path)
    assert len(set(kept)) == len(kept)


def test_cut_out_candidates_have_a_context_view(traced):
    _, trace = traced
    for step in trace.get_group(0).path:
        context = step.candidate.context
        assert context is not None
        assert context.picture.shape == (28, 40, 2)
        assert context.in_line.sum() == pytest.approx(1, abs=1e-3)
        assert context.in_line.argmax() == context.isolated[:10].argmax() == step.candidate.label
        assert step.candidate.probability <= max(context.in_line.max(), context.isolated.max()) + 1e-6


def test_trace_does_not_change_the_reading(touching, cnn):
    before = read(touching, cnn)
    trace_reading(require_stages(before), cnn)
    assert are_equal(before, read(touching, cnn))


@pytest.mark.parametrize("name", ["even.jpg", "shadow.jpg", "squared.jpg"])
def test_every_digit_of_a_photo_is_traced(cnn, name):
    reading = read(SAMPLES / name, cnn)
    trace = trace_reading(require_stages(reading), cnn)
    labels = [trace.get_step(digit).candidate.label for digit in range(len(reading))]
    assert labels == reading.labels.tolist()
    assert all(len(group.path) == len(group.candidates) == 1 for group in trace.groups if not group.is_decoded)


def test_region_of_a_photo_is_traced(cnn):
    whole = read(SAMPLES / "even.jpg", cnn)
    width, height = whole.size
    reading = read(SAMPLES / "even.jpg", cnn, Hints(region=(0, 0, width, height // 2)))
    trace = trace_reading(require_stages(reading), cnn)
    assert 0 < len(reading) < len(whole)
    assert len(trace.positions) == len(reading)


def read_lines(cnn, *lines, known=True):
    """Read a drawing of lines, each a stroke of the pen that is known or not."""
    picture = np.full((400, 640, 3), 255, np.uint8)
    for line in lines:
        cv2.polylines(picture, [np.array(line, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    strokes = [Stroke(np.array(line, float), 16.0) for line in lines]
    return read_drawing(picture, cnn, strokes if known else ())


def test_touching_digits_of_a_drawing_are_traced_as_two_groups(cnn):
    two = [(60, 170), (75, 115), (125, 95), (180, 115), (185, 170), (130, 235), (60, 300), (120, 290), (205, 300)]
    zero = [(250, 100), (200, 150), (185, 220), (215, 300), (270, 300), (310, 220), (300, 140), (250, 100)]
    reading = read_lines(cnn, two, zero)
    trace = trace_reading(require_stages(reading), cnn)
    assert [group.path[0].candidate.label for group in trace.groups] == reading.labels.tolist() == [2, 0]
    without_strokes = read_lines(cnn, two, zero, known=False)
    (group,) = trace_reading(require_stages(without_strokes), cnn).groups
    assert [step.candidate.label for step in group.path] == without_strokes.labels.tolist() == [2, 0]
    assert not group.is_drawn


def test_ink_that_no_digit_explains_is_traced_with_its_strokes(cnn):
    letter = [[(60, 100), (60, 300)], [(60, 200), (140, 100)], [(60, 200), (140, 300)]]
    reading = read_lines(cnn, *letter, [(240, 100), (240, 300)])
    groups = trace_reading(require_stages(reading), cnn).groups
    assert [len(group.segments) for group in groups if group.is_drawn] == [3]


def test_touching_digits_are_traced_for_a_network_of_ten_labels(touching):
    mlp = Classifier.load("mlp")
    reading = read(touching, mlp)
    trace = trace_reading(require_stages(reading), mlp)
    assert len(trace.positions) == len(reading) == 3
    assert trace.groups[0].is_decoded


def test_empty_picture_has_no_groups(cnn):
    reading = read(np.full((80, 80), 255, np.uint8), cnn)
    trace = trace_reading(require_stages(reading), cnn)
    assert trace.groups == trace.positions == ()


def test_found_ink_is_that_of_the_groups_before_any_cut(traced):
    reading, trace = traced
    cut = [segment for group in trace.groups for segment in group.segments]
    assert 1 <= len(trace.found) < len(cut)
    size = require_stages(reading).ink.map.shape
    assert np.array_equal(cover(trace.found, size), cover(cut, size))


def cover(segments, size):
    """Return where segments have ink, bool of a size."""
    covered = np.zeros(size, bool)
    for segment in segments:
        left, top, right, bottom = segment.box
        covered[top:bottom, left:right] |= segment.ink > 0
    return covered


def test_digits_of_several_sheets_are_traced_where_they_lie(paper, cnn):
    picture = make_ground(900, 1000, CLOTH)
    lay(picture, paper().number("204", 40, 20, 240).gray(), [(60, 40), (940, 50), (940, 380), (60, 370)])
    lay(picture, paper().number("571", 300, 120, 40).gray(), [(60, 460), (940, 470), (940, 800), (60, 790)])
    reading = read(picture, cnn)
    trace = trace_reading(require_stages(reading), cnn)
    assert reading.rows == ["204", "571"]
    assert [trace.get_step(index).digit for index in range(6)] == reading.labels.tolist()
    boxes = np.array([trace.get_step(index).candidate.box for index in range(6)])
    assert np.abs(boxes - reading.straight_boxes).max() <= 8
    assert [trace.get_group(index).row for index in range(6)] == [0, 0, 0, 1, 1, 1]


def test_digits_after_a_refused_letter_keep_their_own_steps(cnn, monkeypatch, paper):
    monkeypatch.setattr(
        assembly,
        "find_letters",
        lambda boxes, refused, doubtful: np.arange(len(boxes)) == (0 if len(boxes) == 4 else -1),
    )
    reading = read(paper().number("2047", 60, 60, 40).gray(), cnn)
    trace = trace_reading(require_stages(reading), cnn)
    assert reading.rows == ["047"]
    assert [trace.get_step(index).digit for index in range(3)] == [0, 4, 7]
    assert len(trace.positions) == 3


@pytest.mark.parametrize("length", [2, 4])
def test_digits_that_were_cut_out_anew_as_expected_are_traced(mnist, cnn, length):
    digits = mnist[1].select(np.array([33, 34, 35]))
    ink = np.maximum.reduce(compose(list(digits.images), 7.0, np.random.default_rng(0)))
    reading = read(255 - np.pad(ink, 30), cnn, expect=Expect(length=length))
    trace = trace_reading(require_stages(reading), cnn)
    assert len(reading) == len(trace.positions) == length
    assert [trace.get_step(index).candidate.label for index in range(length)] == reading.labels.tolist()
