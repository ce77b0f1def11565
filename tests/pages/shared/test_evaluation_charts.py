from pages.shared import evaluation_charts

MIN_HEIGHT = 220  # Pixels, with the axis below.


def test_chart_of_probabilities_is_high_enough_to_compare_values():
    assert evaluation_charts.plot_probabilities("0123456789")["height"] >= MIN_HEIGHT
