"""Loading what the first drawing needs while it is drawn: a page is shown before all of that is there."""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import active
from digitnet.models.classifier import Classifier

# These import SQLAlchemy, Altair and pandas, which takes seconds on a slow machine.
_NEEDED = ("digitnet.collection.collection", "pages.shared.evaluation_charts")


@st.cache_resource(show_spinner=False)
def start_preloading() -> threading.Thread:
    """Load it beside, once for all tabs; whoever needs it sooner waits for it as ever."""
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    with suppress(DigitnetError):  # said where the model is used
        Classifier.load(active.get_active_model())
    for name in _NEEDED:
        importlib.import_module(name)
