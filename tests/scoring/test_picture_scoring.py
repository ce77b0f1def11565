import numpy as np
import pytest

from benchmarks.form_sheets import design_form, fill_form
from digitnet.access.callers import Caller, acting_as
from digitnet.errors import AccessError
from digitnet.forms.making import make_template
from digitnet.preprocessing.images import to_png
from digitnet.scoring.labels import LabeledPicture
from digitnet.scoring.picture_scoring import ScoringSettings, is_accepted, score_picture
from tests.helpers.signs import make_reading

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


def write(paper, text):
    return to_png(np.dstack([paper().number(text).gray()] * 3))


def test_right_and_wrong_readings_are_told_apart(paper):
    content = write(paper, "2047")
    right = score_picture(LabeledPicture("a.png", content, ("2047",)), "cnn", ScoringSettings())
    (outcome,) = right.outcomes
    assert (outcome.text, outcome.comparison, outcome.is_accepted) == ("2047", (4, 0, True), True)
    assert 0.9 < outcome.confidence <= 1
    assert right.seconds > 0
    assert outcome.picture == b""
    (outcome,) = score_picture(LabeledPicture("a.png", content, ("2041",)), "cnn", ScoringSettings()).outcomes
    assert (outcome.text, outcome.comparison) == ("2047", (4, 1, False))
    assert outcome.picture.startswith(b"\x89PNG")


def test_picture_that_cannot_be_read_is_wrong():
    score = score_picture(LabeledPicture("a.png", b"no picture", ("12",)), "cnn", ScoringSettings())
    assert score.outcomes[0].comparison == (2, 2, False)
    assert "not a picture" in score.error


@pytest.mark.slow
def test_fields_of_a_form_are_scored_one_by_one(mnist, cnn):
    design = design_form(3)
    empty, filled = (
        np.clip(page, 0, 255).astype(np.uint8)
        for page in (design.paper, fill_form(design, VALUES, mnist[0], np.random.default_rng(4)))
    )
    template = make_template("Order", empty, design.fields, cnn)
    names = [field.name for field in design.fields]
    truths = dict(zip(names, ["999", *VALUES[1:]], strict=True))
    settings = ScoringSettings(template=template)
    score = score_picture(LabeledPicture("a.png", to_png(filled), fields=(truths,)), "cnn", settings)
    assert [outcome.place for outcome in score.outcomes] == names
    assert [outcome.is_exact for outcome in score.outcomes] == [False, *[True] * 7]
    lost = score_picture(LabeledPicture("a.png", b"", fields=(truths,)), "cnn", settings)
    assert [outcome.comparison.wrong for outcome in lost.outcomes] == [len(value) for value in truths.values()]


def test_doubtful_signs_count_where_the_right_number_has_some():
    reading = make_reading("12.5", sign_confidence=0.5)
    assert is_accepted(reading, ["125"])
    assert not is_accepted(reading, ["12.5"])


def test_only_readers_may_score():
    with acting_as(Caller(-1)), pytest.raises(AccessError):
        score_picture(LabeledPicture("a.png", b"", ("1",)), "cnn", ScoringSettings())
