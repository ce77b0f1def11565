from benchmarks.cases import draw_numbers
from benchmarks.personal import BeforeAfter, ExactCounts, WriterResult, count_exact, format_row, summarize


def test_numbers_count_that_are_read_exactly(stroke_items, cnn):
    numbers = draw_numbers(stroke_items, "touching", 3)
    false = [case._replace(truth=["12"]) for case in numbers]
    assert count_exact([*numbers, *false], cnn) == count_exact(numbers, cnn)
    assert count_exact(numbers, cnn).drawings > 0


def make_exact(before, after):
    spaced = BeforeAfter(ExactCounts(29, 30), ExactCounts(30, 30))
    return {"spaced": spaced, "touching": BeforeAfter(ExactCounts(*before), ExactCounts(*after))}


def test_row_and_summary_tell_numbers_before_and_after():
    results = [
        WriterResult("7", 10, 2, 1, 0.99, 0.98, 20.0, 30, make_exact((20, 25), (22, 28))),
        WriterResult("8", 10, 1, 1, 0.99, 0.99, 30.0, 30, make_exact((10, 15), (11, 16))),
    ]
    row = "|      7 |     10 | 20.00% | 10.00% | 99.00% | 98.00% | 20.0 | 29 / 30 of 30 | 30 / 30 of 30 "
    assert format_row(results[0]) == f"{row}| 20 / 22 of 30 | 25 / 28 of 30 |"
    assert "of 60 spaced numbers 58 read exactly before, 60 after" in summarize(results)
    sentence = "of 60 touching numbers 30 read exactly before, 33 after as pictures, 40 and 44 as drawings"
    assert summarize(results).endswith(sentence)
