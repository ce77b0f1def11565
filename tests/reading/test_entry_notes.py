import pytest

from digitnet.reading.entry_notes import list_notes


@pytest.mark.parametrize(
    ("confidence", "notes"), [(0.9, ["Not as expected (4 digits): 96."]), (None, [])], ids=["read", "corrected"]
)
def test_misfit_is_named_until_somebody_has_corrected_it(confidence, notes):
    numbers = [{"text": "96", "confidence": confidence, "fits": False}]
    assert list_notes({"expect": "4 digits", "rows": [{"numbers": numbers}]}) == notes
