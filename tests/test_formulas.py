import pytest

from digitnet.formulas import guard_text, unguard_text


@pytest.mark.parametrize("text", ["=cmd|' calc'!A1.jpg", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''-x"])
def test_formula_is_guarded_and_restored(text):
    assert guard_text(text) == f"'{text}"
    assert unguard_text(guard_text(text)) == text


@pytest.mark.parametrize("text", ["", "scan.jpg", "'quoted'", "a=b", "2-1", "'"])
def test_other_text_stays_unchanged(text):
    assert guard_text(text) == unguard_text(text) == text
