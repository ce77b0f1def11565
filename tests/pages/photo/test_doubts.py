"""Doubtful digits are asked for number by number, and how sure each number is told on demand."""

from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from digitnet import read
from pages.photo import doubts


@pytest.fixture
def shown(monkeypatch):
    """Return the HTML that is shown from now on."""
    parts = []
    monkeypatch.setattr(st, "html", parts.append)
    return parts


@pytest.fixture
def reading(paper):
    """Return the reading of "20 47" over "165", all certain."""
    page = paper(height=500).number("20", 40, 40, 100).number("47", 500, 40, 100).number("165", 40, 280)
    found = read(page.gray())
    assert found.text == "20 47\n165"
    return replace(found, probabilities=np.eye(10, dtype=np.float32)[found.labels])


def doubt(reading, **runners_up):
    """Make digits doubtful, each given as `at1=6`: its place and its runner-up, None for not a digit."""
    probabilities = reading.probabilities.copy()
    for place, runner_up in runners_up.items():
        index = int(place.removeprefix("at"))
        probabilities[index] *= 0.6
        if runner_up is not None:
            probabilities[index, runner_up] = 0.35
    return replace(reading, probabilities=probabilities)


def test_text_is_split_at_doubtful_digits(reading):
    parts = doubts.split_text(doubt(reading, at1=6, at3=1, at4=7))
    assert parts == [("2", False), ("0", True), (" 4", False), ("7", True), (" · ", False), ("1", True), ("65", False)]


@pytest.mark.parametrize(
    ("places", "check"),
    [
        ({}, ""),
        ({"at1": 6}, "check the 0"),
        ({"at1": 6, "at2": 9}, "check 0 and 4"),
        ({"at1": 6, "at2": 9, "at5": None}, "check 3 digits"),
    ],
)
def test_check_is_said_in_a_few_words(reading, places, check):
    assert doubts.describe_check(doubt(reading, **places)) == check


def test_digits_to_check_are_asked_with_percentages_in_the_tooltip(reading, shown):
    doubts.show_doubts(doubt(reading, at1=6, at2=None))
    assert "</b>: 0 or 6?</span>" in shown[0]
    assert "</b>: the 4</span>" in shown[0]
    assert 'title="0 60.0% or 6: 35.0%"' in shown[0]


def test_number_of_many_doubtful_digits_is_asked_as_a_whole(reading, shown):
    doubts.show_doubts(doubt(reading, at4=7, at5=8, at6=3))
    assert "</b>: all 3 digits</span>" in shown[0]


def test_certain_reading_has_nothing_to_check(reading, shown):
    doubts.show_doubts(reading)
    assert shown == []


def test_confidence_of_each_number_is_the_networks_or_yours(reading, shown):
    corrected = np.array([True, True, False, False, True, False, False])
    changed = np.arange(7) == 0
    doubts.show_confidence(replace(doubt(reading, at3=1), corrected=corrected), changed)
    assert "<li>20: corrected by you</li>" in shown[0]
    assert "<li>47: 60.0% sure</li>" in shown[0]
    assert "<li>165: 1 digit checked by you</li>" in shown[0]
