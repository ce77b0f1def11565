import numpy as np

from digitnet.augmentation.strings import printed_lines
from digitnet.augmentation.strings.printed_lines import draw_cells, draw_lines


def test_line_runs_near_the_base_line():
    for seed in range(20):
        lines = draw_lines((40, 200), 30, np.random.default_rng(seed))
        assert lines.shape == (40, 200)
        assert 0 <= lines.min() < lines.max() <= 1
    rows = [draw_lines((40, 200), 30, np.random.default_rng(seed)).sum(axis=1).argmax() for seed in range(40)]
    assert 26 <= np.median(rows) <= 36


def test_dots_leave_paper_between_them(monkeypatch):
    monkeypatch.setattr(printed_lines, "_DOTTED_SHARE", 1.0)
    lines = [draw_lines((40, 200), 30, np.random.default_rng(seed)) for seed in range(20)]
    inked = [line.max(axis=0) > 0.05 for line in lines]
    assert all(columns.any() for columns in inked)
    assert np.mean([columns.all() for columns in inked]) < 0.3  # Large dots may run together.


def test_dotted_lines_are_broken_or_doubled_now_and_then(monkeypatch):
    monkeypatch.setattr(printed_lines, "_DOTTED_SHARE", 1.0)
    lines = [draw_lines((40, 300), 25, np.random.default_rng(seed)) for seed in range(150)]
    spans = [np.ptp(np.flatnonzero((line > 0.3).any(axis=1))) for line in lines if (line > 0.3).any()]
    assert 0 < sum(span > 7 for span in spans) < 75


def test_cells_have_walls_at_their_columns():
    walls = [10, 40, 70, 100]
    for seed in range(30):
        lines = draw_cells((40, 120), walls, 8, 32, np.random.default_rng(seed))
        columns = (lines > 0.3).sum(axis=0)
        assert all(columns[wall - 4 : wall + 5].max() > 2 for wall in walls)
        assert not lines[:, :5].any()
        assert not lines[:28, 20:31].any() or (lines[:14, 20:31] > 0.3).any()  # An upper line stands at the top.
