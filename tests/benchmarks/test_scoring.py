from benchmarks.scoring import measure_edit_distance, remove_spaces


def test_edit_distance_counts_added_dropped_and_changed_digits():
    distances = [measure_edit_distance("2047", text) for text in ("2047", "20047", "247", "2041", "")]
    assert distances == [0, 1, 1, 1, 4]


def test_spaces_between_numbers_do_not_count():
    assert remove_spaces(["12 34", " ", "5"]) == ["1234", "5"]
