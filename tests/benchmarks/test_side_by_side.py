import pytest

from benchmarks.side_by_side import ROOT, measure
from digitnet.preprocessing.images import to_png


@pytest.mark.slow
def test_clone_reads_a_picture_in_a_process_of_its_own(paper, tmp_path):
    (tmp_path / "number.png").write_bytes(to_png(paper().number("20475").gray()))
    seconds, count = measure(ROOT, tmp_path / "number.png")
    assert count == 5
    assert seconds > 0
