"""Load the model and heavy modules in the background, so that the page is shown at once."""

from __future__ import annotations

import gc
import importlib
import threading
from contextlib import suppress

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import active
from digitnet.models.classifier import Classifier

# These import SQLAlchemy, Altair and pandas, which takes seconds on a slow machine.
_HEAVY_MODULES = ("digitnet.collection.collection", "pages.shared.evaluation_charts")


@st.cache_resource(show_spinner=False)
def start_preloading() -> threading.Thread:
    """Load the active model and heavy modules in a thread, once for all tabs."""
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    with suppress(DigitnetError):  # The page shows the error when it uses the model.
        Classifier.load(active.get_active_model())
    for name in _HEAVY_MODULES:
        importlib.import_module(name)
    _exempt_from_collection()


def _exempt_from_collection() -> None:
    """Exempt the objects of loaded modules from garbage collection.

    Streamlit collects all garbage after each run of a page. To look through these objects each time would hold up the
    answer to the next stroke.
    """
    gc.collect()
    gc.freeze()
