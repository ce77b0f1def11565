from pages.shared import evaluation_charts

MIN_HEIGHT = 220  # Pixels, with the axis below.


def test_chart_of_probabilities_is_high_enough_to_compare_values():
    chart = evaluation_charts.plot_probabilities({str(digit): 0.1 for digit in range(10)})
    assert chart.to_dict()["height"] >= MIN_HEIGHT
