import pytest

from benchmarks.ablation import STAGES, make_reader
from benchmarks.cases import Case, CaseSet
from benchmarks.score_table import format_table

DOUBTS, ACCEPTED = "doubted / not, if wrong", "accepted / wrong of these"


@pytest.mark.slow
def test_each_stage_can_be_replaced_and_is_scored(paper):
    number = CaseSet("two", "line", [Case("a", paper().number("2047").gray(), ["2047"])])
    nondigit = CaseSet("none", "nondigit", [Case("b", paper().gray(), [])])
    makers = {stage: make_reader("cnn", stage) for stage in STAGES}
    table = format_table(iter([number, nondigit]), makers, None)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table if line]
    doubts, accepted = ([line[0] for line in lines].index(head) for head in (DOUBTS, ACCEPTED))
    assert lines[0][3:] == lines[doubts][1:] == lines[accepted][1:-2] == list(STAGES)
    assert lines[2][3].startswith("0.0% / 100.0%")
    assert lines[doubts + 2][:2] == ["two", "0.0% of 4 / 0 of 0"]
    assert lines[accepted + 2][:2] == ["two", "100.0% / 0.0%"]
