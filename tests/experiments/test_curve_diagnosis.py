import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.experiments import curve_diagnosis
from digitnet.experiments.curve_diagnosis import (
    BELOW_VALIDATION,
    IMPROVING,
    MAIN_FINDINGS,
    NOT_LOWER,
    OVERFITTING,
    PLATEAU,
    RATE_TOO_HIGH,
    RATE_TOO_LOW,
    RULES,
    TOO_FEW_EPOCHS,
    UNDERFITTING,
    diagnose,
)


def make_rows(loss, val_loss=None, accuracy=0.95, val_accuracy=0.95):
    """Return rows of epochs with these losses."""
    rows = [{"epoch": float(epoch), "loss": value, "accuracy": accuracy} for epoch, value in enumerate(loss)]
    if val_loss is None:
        return rows
    return [row | {"val_loss": value, "val_accuracy": val_accuracy} for row, value in zip(rows, val_loss, strict=True)]


FALLING = [1.0, 0.5, 0.3, 0.2, 0.15, 0.12, 0.1, 0.09]


def diagnose_kinds(rows):
    return [(finding.kind, finding.epoch) for finding in diagnose(rows)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([{"epoch": 0.0, "accuracy": 0.5}], []),
        (make_rows([2.0]), [(TOO_FEW_EPOCHS, 0)]),
        (make_rows([2.0, 1.0]), [(TOO_FEW_EPOCHS, 0)]),
        (make_rows(FALLING), [(IMPROVING, 8)]),
        (make_rows(FALLING, FALLING), [(IMPROVING, 8)]),
        (make_rows(FALLING, [1.0, 0.4, 0.3, 0.3, 0.299, 0.301, 0.3, 0.302]), [(PLATEAU, 3)]),
        (make_rows([0.5, 0.2, 0.1, 0.1, 0.1, 0.1]), [(PLATEAU, 3)]),
        (make_rows(FALLING, [1.0, 0.4, 0.3, 0.32, 0.33, 0.35, 0.36, 0.4]), [(OVERFITTING, 4)]),
        # A digit or two more in a thousand: no more than chance.
        (make_rows(FALLING, [0.1, 0.05, 0.02, 0.021, 0.022, 0.023, 0.024, 0.024]), [(PLATEAU, 3)]),
        (make_rows([0.3] * 8, [1.0, 0.4, 0.3, 0.32, 0.33, 0.35, 0.36, 0.4]), [(PLATEAU, 3)]),
        (make_rows([0.5, math.nan]), [(RATE_TOO_HIGH, 2)]),
        (make_rows([0.5, 0.3, 0.2, math.inf], FALLING[:4]), [(RATE_TOO_HIGH, 4)]),
        (make_rows([0.5, 0.3, 0.6, 2.3]), [(RATE_TOO_HIGH, 3)]),
        (make_rows([0.5, 0.3, 0.4, 0.3, 0.4, 0.3]), [(RATE_TOO_HIGH, 3)]),
        (make_rows([0.001, 0.0005, 0.002, 0.0005, 0.002, 0.0004]), [(IMPROVING, 6)]),
        (make_rows(FALLING[:3], [0.0474, 0.0501, 0.0488]), [(NOT_LOWER, 1)]),
        (make_rows(FALLING, [0.5, 0.2, 0.1, 0.05, 0.04, 0.0324, 0.036, 0.035]), [(NOT_LOWER, 6)]),
        (make_rows(FALLING[:4], [0.5, 0.2, 0.199, 0.198]), [(IMPROVING, 4)]),
        (make_rows([2.3, 2.25, 2.2, 2.15, 2.1], accuracy=0.3), [(IMPROVING, 5), (RATE_TOO_LOW, 1)]),
        (make_rows([2.3, 2.25, 2.2, 2.15, 2.1], accuracy=0.95), [(IMPROVING, 5)]),
        (make_rows([2.0, 1.0, 0.9, 0.9, 0.899, 0.898, 0.899], accuracy=0.7), [(PLATEAU, 3), (UNDERFITTING, 3)]),
        (make_rows(FALLING, FALLING, 0.9, 0.97), [(IMPROVING, 8), (BELOW_VALIDATION, 0)]),
    ],
)
def test_course_is_diagnosed_with_its_epoch(rows, expected):
    assert diagnose_kinds(rows) == expected


def test_single_low_loss_does_not_look_like_overfitting():
    validation = [0.2, 0.06, 0.028, 0.029, 0.031, 0.025, 0.032, 0.027, 0.029, 0.03, 0.029]
    assert diagnose_kinds(make_rows([0.5 - 0.03 * epoch for epoch in range(11)], validation)) == [(PLATEAU, 6)]


def test_low_accuracy_on_copies_is_not_underfitting():
    rows = make_rows([0.9, 0.8, 0.8, 0.8, 0.8, 0.8], [0.1] * 6, accuracy=0.8, val_accuracy=0.97)
    assert UNDERFITTING not in dict(diagnose_kinds(rows))


def test_sentence_names_the_loss_and_its_epoch():
    rows = make_rows(FALLING, [1.0, 0.4, 0.3, 0.32, 0.33, 0.35, 0.36, 0.4])
    assert diagnose(rows)[0].sentence.startswith("Overfitting since epoch 4: the validation loss has risen from 0.3 to")


@pytest.mark.parametrize(
    ("rows", "is_over", "sentence"),
    [
        (make_rows([0.2], [0.07], val_accuracy=0.975), False, "After 1 epoch 97.5% of the validation digits are read"),
        (make_rows([0.2]), False, "After 1 epoch 95.0% of the training digits are read right;"),
        (make_rows([0.2], [0.07]), True, "train 3 epochs or more to see where it leads."),
        (make_rows([0.2, 0.1], [0.0762, 0.0357]), False, "the validation loss fell from 0.0762 to 0.0357;"),
        (make_rows([0.2, 0.1], [0.0357, 0.0762]), False, "the validation loss rose from 0.0357 to 0.0762;"),
        (make_rows(FALLING[:3], [0.3, 0.2, 0.1]), False, "the validation loss fell to 0.1 in epoch 3, its lowest."),
        (make_rows(FALLING[:3], [0.3, 0.2, 0.1]), True, "More epochs may help."),
        (make_rows(FALLING[:3], [0.1, 0.2, 0.3]), True, "was lowest in epoch 1, 0.1; not lower for 2 epochs."),
        (make_rows(FALLING[:3], [0.3, 0.1, 0.2]), True, "was lowest in epoch 2, 0.1; not lower for 1 epoch."),
    ],
)
def test_sentence_says_what_the_last_epochs_show(rows, is_over, sentence):
    assert sentence in diagnose(rows, is_over=is_over)[0].sentence


def test_run_that_goes_on_is_given_no_advice():
    assert "More epochs" not in diagnose(make_rows(FALLING), is_over=False)[0].sentence


def test_validation_missing_in_an_epoch_is_ignored():
    rows = make_rows(FALLING, FALLING)
    del rows[2]["val_loss"]
    assert "training loss" in diagnose(rows)[0].sentence


figures = st.floats() | st.floats(0, 3)
any_rows = st.lists(
    st.dictionaries(st.sampled_from(["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]), figures), max_size=12
)


@given(any_rows)
def test_any_history_gives_one_consistent_diagnosis(rows):
    findings = diagnose(rows)
    kinds = [finding.kind for finding in findings]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(RULES)
    assert bool(kinds) == any("loss" in row for row in rows)
    assert sum(kind in MAIN_FINDINGS for kind in kinds) == min(1, len(kinds))
    assert not {RATE_TOO_LOW, UNDERFITTING} <= set(kinds)
    assert not (RATE_TOO_HIGH in kinds and RATE_TOO_LOW in kinds)
    assert all(finding.sentence.endswith(".") and finding.epoch >= 0 for finding in findings)


@given(st.lists(st.floats(0.001, 3), min_size=3, max_size=30))
def test_epoch_of_a_finding_lies_in_the_history(loss):
    assert all(0 <= finding.epoch <= len(loss) for finding in diagnose(make_rows(loss, loss)))


def test_every_finding_has_a_rule():
    assert set(RULES) == {*MAIN_FINDINGS, RATE_TOO_LOW, UNDERFITTING, BELOW_VALIDATION}
    assert all(rule.endswith(".") for rule in curve_diagnosis.RULES.values())
