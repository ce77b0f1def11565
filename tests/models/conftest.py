import json
import zipfile

import pytest

from digitnet.models import store
from tests.helpers.archives import pack, unpack


@pytest.fixture(scope="session")
def good(tiny_model):
    """Return the files of a good model, by name."""
    return {path.name: path.read_bytes() for path in tiny_model.iterdir()}


@pytest.fixture(scope="session")
def small(good):
    """Return a zip file of a few kB that passes the check."""
    parts = unpack(good[store.KERAS_FILE]) | {"model.weights.h5": b"weights"}
    network = pack(parts, compression=zipfile.ZIP_DEFLATED)
    return pack({store.KERAS_FILE: network, store.CARD_FILE: good[store.CARD_FILE]})


@pytest.fixture
def changed(good):
    """Return a function that zips a model with a changed description: changed(change)."""

    def make(change):
        parts = unpack(good[store.KERAS_FILE])
        description = json.loads(parts["config.json"])
        change(description)
        return pack({store.KERAS_FILE: pack(parts | {"config.json": json.dumps(description)})})

    return make
