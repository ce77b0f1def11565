"""The digits of the map as rows of a table: test digits, the user's own, and the one at hand."""

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

EACH = 200  # test digits of each label
MOST_OWN = 300
TEST, OWN, THIS = "test digit", "your digit", "this digit"
_NAMES = [*"0123456789", "none"]


class Network(NamedTuple):
    """A model by its name, and the digest of its network: what is kept holds for that alone."""

    name: str
    sha256: str


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_inspector(network: Network) -> ModelInspector:
    return ModelInspector.load(network.name)


@st.cache_data(max_entries=3, show_spinner=False)
def _features(network: Network) -> NDArray[np.float32]:
    return _load_inspector(network).compute_features(_test_digits().images)


@st.cache_data(max_entries=6, show_spinner=False)
def layout(network: Network, method: str) -> Embedding:
    """Return the test digits of the map laid out."""
    return embed(_features(network), method)


def _test_places() -> NDArray[np.intp]:
    return sample_per_label(model_report.load_test_digits().labels, EACH)


def _test_digits() -> Digits:
    return model_report.load_test_digits().select(_test_places())


@st.cache_data(max_entries=6, show_spinner=False)
def test_rows(network: Network, method: str) -> pd.DataFrame:
    """Return the test digits as rows: x, y, label, read, kind, name, image (a data URL)."""
    names = [f"test digit {place + 1:,}" for place in _test_places()]
    return _rows(network, _test_digits(), layout(network, method).points, TEST, names)


@st.cache_data(max_entries=6, show_spinner=False)
def own_rows(network: Network, method: str, version: str) -> pd.DataFrame:
    """Return the newest of the user's own digits as such rows, for a `version` of the collection.

    Raises:
        CollectionError: they cannot be asked for.
    """
    found = user_collection.open_collection().find(limit=MOST_OWN)
    images = np.array([each.picture for each in found], np.uint8).reshape(-1, 28, 28)
    digits = Digits(images, np.array([each.label for each in found], np.uint8))
    names = [f"your digit{f', by {each.writer}' if each.writer else ''}" for each in found]
    return _rows(network, digits, _placed(network, method, images), OWN, names)


def this_row(network: Network, method: str, picture: NDArray[np.uint8], label: int) -> pd.DataFrame:
    """Return the digit at hand, uint8 (28, 28), as such a row; it has no label but what it is read as."""
    digits = Digits(picture[None], np.array([label], np.uint8))
    return _rows(network, digits, _placed(network, method, picture[None]), THIS, ["the digit at hand"])


def _placed(network: Network, method: str, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    return layout(network, method).place(_load_inspector(network).compute_features(pictures))


def _rows(network: Network, digits: Digits, points: NDArray[np.float32], kind: str, names: list[str]) -> pd.DataFrame:
    read = model_choice.load_classifier(network.name).predict_probabilities(digits.images).argmax(axis=1)
    return pd.DataFrame(
        {
            "x": np.round(points[:, 0].astype(float), 3),
            "y": np.round(points[:, 1].astype(float), 3),
            "label": [_NAMES[label] for label in digits.labels],
            "read": [_NAMES[label] for label in read],
            "kind": kind,
            "name": names,
            "image": [formatting.to_data_url(to_png(each)) for each in digits.images],
        }
    )
