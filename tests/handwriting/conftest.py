import pytest

from tests.helpers.handwriting import write_handwriting


@pytest.fixture
def folder(tmp_path):
    """A small folder of handwriting."""
    return write_handwriting(tmp_path)
