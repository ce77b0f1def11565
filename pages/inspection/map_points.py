"""Place test digits, the user's digits and the current digit on the map, as rows of a table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.explain.embedding import Embedding, embed, sample_per_label
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.preprocessing.images import to_png
from pages.shared import formatting, model_choice, model_report, user_collection
from pages.shared.digit_caches import holding_digits

TEST_DIGITS_PER_LABEL = 200
MAX_USER_DIGITS = 300
# Kinds of rows, as the table for download names them.
TEST_DIGIT, USER_DIGIT, CURRENT_DIGIT = "test digit", "your digit", "this digit"
LABEL_NAMES = [*"0123456789", "none"]


class ModelVersion(NamedTuple):
    """The name of a model and the digest of its network, as a key of cached results."""

    name: str
    sha256: str


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_inspector(model: ModelVersion) -> ModelInspector:
    return ModelInspector.load(model.name)


@st.cache_data(max_entries=3, show_spinner=False)
def _compute_test_features(model: ModelVersion) -> NDArray[np.float32]:
    return _load_inspector(model).compute_features(_load_test_digits().images)


@st.cache_data(max_entries=6, show_spinner=False)
def embed_test_digits(model: ModelVersion, method: str) -> Embedding:
    """Embed the test digits of the map."""
    return embed(_compute_test_features(model), method)


def _choose_test_digits() -> NDArray[np.intp]:
    return sample_per_label(model_report.load_test_digits().labels, TEST_DIGITS_PER_LABEL)


def _load_test_digits() -> Digits:
    return model_report.load_test_digits().select(_choose_test_digits())


@st.cache_data(max_entries=6, show_spinner=False)
def make_test_rows(model: ModelVersion, method: str) -> pd.DataFrame:
    """Return the test digits as rows: x, y, label, read, kind, name, image (a data URL)."""
    names = [f"test digit {index:,}" for index in _choose_test_digits()]
    return _make_rows(model, _load_test_digits(), embed_test_digits(model, method).points, TEST_DIGIT, names)


@holding_digits
@st.cache_data(max_entries=6, show_spinner=False)
def make_user_rows(model: ModelVersion, method: str, version: str) -> pd.DataFrame:
    """Return the user's newest digits as rows like those of `make_test_rows`.

    Args:
        model: the model.
        method: the method of the map.
        version: version of the collection, to which the cached rows belong.

    Raises:
        CollectionError: the collection cannot be read.
    """
    stored = user_collection.open_collection().find(limit=MAX_USER_DIGITS)
    images = np.array([digit.picture for digit in stored], np.uint8).reshape(-1, 28, 28)
    digits = Digits(images, np.array([digit.label for digit in stored], np.uint8))
    names = [f"your digit{f', by {digit.writer}' if digit.writer else ''}" for digit in stored]
    return _make_rows(model, digits, _place(model, method, images), USER_DIGIT, names)


def make_current_row(model: ModelVersion, method: str, picture: NDArray[np.uint8], label: int) -> pd.DataFrame:
    """Return the current digit, uint8 (28, 28), as such a row, labeled as it was read."""
    digits = Digits(picture[None], np.array([label], np.uint8))
    return _make_rows(model, digits, _place(model, method, picture[None]), CURRENT_DIGIT, ["the current digit"])


def _place(model: ModelVersion, method: str, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Place pictures, uint8 (n, 28, 28), among the test digits; float32 (n, 2)."""
    return embed_test_digits(model, method).place(_load_inspector(model).compute_features(pictures))


def _make_rows(
    model: ModelVersion, digits: Digits, points: NDArray[np.float32], kind: str, names: list[str]
) -> pd.DataFrame:
    classifier = model_choice.load_classifier(model.name)
    read = classifier.predict_probabilities(digits.images).argmax(axis=1)
    return pd.DataFrame(
        {
            "x": np.round(points[:, 0].astype(float), 3),
            "y": np.round(points[:, 1].astype(float), 3),
            "label": [LABEL_NAMES[label] for label in digits.labels],
            "read": [LABEL_NAMES[label] for label in read],
            "kind": kind,
            "name": names,
            "image": [formatting.to_data_url(to_png(image)) for image in digits.images],
        }
    )
