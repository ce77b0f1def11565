import numpy as np
import pytest

from digitnet.decoding.expected_texts import ExpectedTexts
from digitnet.expectations.expect import Expect
from digitnet.reading.field_choice import estimate_confidence, weigh


def make_texts(expect, **scores):
    """Make texts with scores in nats."""
    texts = [name.strip("_").replace("_", ".") for name in scores]
    features = np.zeros((len(texts), 4))
    features[:, 2] = list(scores.values())
    return ExpectedTexts(texts, features, np.array([expect.fits(text) for text in texts]))


@pytest.fixture(autouse=True)
def _equal_weights(monkeypatch):
    monkeypatch.setattr("digitnet.decoding.expected_texts.WEIGHTS", (0, 0, 1, 0))


def test_shares_of_texts_that_fit_sum_to_1():
    expect = Expect(length=2)
    options = weigh(make_texts(expect, _123=0, _12=-1, _13=-2), expect)
    assert options.texts == ["12", "13"]
    assert options.shares == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))])


def test_texts_that_say_the_same_are_one_option():
    expect = Expect(decimals=1)
    options = weigh(make_texts(expect, _1_5=0, _1_6=0.2), expect)
    assert options.texts == ["1.6", "1.5"]
    same = ExpectedTexts(["1.5", "1,5", "1.6"], np.array([[0, 0, x, 0] for x in (0, 0, 0.2)]), np.ones(3, np.bool_))
    assert weigh(same, expect).texts[0] in ("1.5", "1,5")


def test_field_that_hardly_fits_is_not_as_expected():
    expect = Expect(length=2)
    assert weigh(make_texts(expect, _123=0, _12=-3), expect).is_expected
    assert not weigh(make_texts(expect, _123=0, _12=-12), expect).is_expected
    assert not weigh(make_texts(expect, _123=0), expect).is_expected


def test_text_that_fits_by_chance_says_less():
    luhn, length = Expect(check="luhn"), Expect(length=4)
    texts = {"_1230": -6, "_1231": 0}
    evidence = [weigh(make_texts(expect, **texts), expect).evidence for expect in (luhn, length)]
    assert evidence[0] < evidence[1]


def test_surer_text_and_more_evidence_give_more_confidence():
    values = [estimate_confidence(share, evidence) for share, evidence in ((0.5, 0), (0.9, 0), (0.9, 9), (0.999, 9))]
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 1
