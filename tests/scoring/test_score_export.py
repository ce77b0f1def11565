import csv
import io
import json

from digitnet.scoring.comparison import Comparison
from digitnet.scoring.outcome import Outcome, PictureScore, list_differences, sum_up
from digitnet.scoring.score_export import (
    describe_difference,
    describe_sides,
    describe_wrong,
    list_figures,
    list_wrong,
    to_score_csv,
    to_score_json,
)

RIGHT = Outcome("", "12.5", "12.5", Comparison(3, 0, True), True, 0.99)
WRONG = Outcome("", "12.5", "17.5", Comparison(3, 1, False), True, 0.98)
NOTHING = Outcome("total", "-7", "", Comparison(1, 1, False))
FIRST = [PictureScore("=a.png", (RIGHT,), 0.2), PictureScore("b.png", (WRONG, NOTHING), 0.4)]
SECOND = [PictureScore("=a.png", (WRONG,), 0.1), PictureScore("b.png", (RIGHT, NOTHING), 0.1)]


def test_csv_has_a_line_for_each_reading_and_model():
    first, second, third, *_ = lines = list(csv.DictReader(io.StringIO(to_score_csv({"cnn": FIRST, "mlp": SECOND}))))
    assert len(lines) == 6
    assert [first[name] for name in ("model", "file", "expected", "read", "exact", "accepted", "confidence")] == [
        *("cnn", "'=a.png", "12.5", "12.5", "1", "1", "0.99")
    ]
    assert (second["exact"], second["wrong_digits"], second["seconds"]) == ("0", "1", "0.4")
    assert (third["field"], third["expected"], third["read"]) == ("total", "'-7", "")


def test_json_has_sums_and_readings():
    (model,) = json.loads(to_score_json({"cnn": FIRST}))
    assert (model["count"], model["exact"], model["accepted"], model["accepted_wrong"]) == (3, 1, 2, 1)
    assert model["accepted_wrong_share"] == 0.5
    assert model["readings"][2]["field"] == "total"


def test_figures_are_shares_and_counts():
    assert list_figures(sum_up(FIRST)) == {
        "exactly right": "33.3% (1 of 3)",
        "digits wrong": "28.6% (2 of 7)",
        "without a doubt": "66.7% (2)",
        "wrong among these": "50.0% (1)",
        "time for a picture": "0.30 s",
    }
    assert list_figures(sum_up([]))["time for a picture"] == "0.00 s"


def test_wrong_and_different_readings_are_described():
    assert [describe_wrong(*each) for each in list_wrong(FIRST)] == [
        "b.png: 12.5, read as 17.5, without a doubt",
        "b.png, total: -7, nothing was read",
    ]
    first, second = list_differences(FIRST, SECOND)
    assert describe_difference(first, "cnn", "mlp") == "=a.png: 12.5; cnn 12.5, mlp 17.5"
    assert second.name == "b.png"
    assert describe_sides({"cnn": FIRST, "mlp": SECOND}) == "Right only with cnn: 1. Right only with mlp: 1."
