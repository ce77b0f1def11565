from benchmarks.ablation import STAGES, make_reader
from benchmarks.cases import Case, CaseSet
from benchmarks.score_table import format_table


def test_each_stage_can_be_replaced_and_is_scored(paper):
    number = CaseSet("two", "line", [Case("a", paper().number("2047").gray(), ["2047"])])
    nondigit = CaseSet("none", "nondigit", [Case("b", paper().gray(), [])])
    makers = {stage: make_reader("cnn", stage) for stage in STAGES}
    table = format_table(iter([number, nondigit]), makers, None)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table]
    assert lines[0][3:] == lines[-3][1:] == list(STAGES)
    assert lines[2][3].startswith("0.0% / 100.0%")
    assert lines[-1][:2] == ["two", "0.0% of 4 / 0 of 0"]
