import pytest

from digitnet.errors import CanceledError, ImageError, ModelError
from digitnet.scoring.folder_scoring import describe_progress, iterate_scores
from digitnet.scoring.labels import load_folder
from digitnet.scoring.outcome import list_differences, sum_up
from digitnet.scoring.picture_scoring import ScoringSettings
from digitnet.workers import waiting
from digitnet.workers.process import Cancellation
from digitnet.workers.turns import FullError


def test_pictures_are_scored_in_order_by_each_model(folder):
    scores = list(iterate_scores(load_folder(folder).pictures, ["cnn", "mlp"], ScoringSettings()))
    assert [(model, score.file) for model, score in scores] == [
        (model, file) for file in ("a.png", "b.png", "c.png") for model in ("cnn", "mlp")
    ]
    first, second = ([score for model, score in scores if model == name] for name in ("cnn", "mlp"))
    total = sum_up(first)
    assert (total.count, total.exact, total.digits, total.wrong, len(total.seconds)) == (3, 1, 9, 3, 2)
    assert total.exact_share == pytest.approx(1 / 3)
    assert list_differences(first, second) == []


def test_canceled_scoring_ends(folder):
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(CanceledError):
        list(iterate_scores(load_folder(folder).pictures, ["cnn"], ScoringSettings(), cancellation))


def test_unknown_model_is_said(folder):
    with pytest.raises(ModelError, match="There is no model called 'none'"):
        list(iterate_scores(load_folder(folder).pictures, ["none"], ScoringSettings()))


def test_time_left_is_told():
    assert describe_progress(0, 300, 0.0) == "0 of 300"
    assert describe_progress(12, 1200, 2.0) == "12 of 1,200, about 4 min left"
    assert describe_progress(60, 120, 30.0) == "60 of 120, about 30 s left"


def test_picture_that_finds_the_workers_busy_is_tried_again(folder, monkeypatch):
    calls = []

    def run(function, *arguments, **_):
        calls.append(arguments)
        if len(calls) == 1:
            raise ImageError("Too many files are being read.") from FullError()
        return function(*arguments)

    monkeypatch.setattr(waiting, "run_in_worker", run)
    monkeypatch.setattr(waiting, "_RETRY_SECONDS", 0.0)
    (found,) = iterate_scores(load_folder(folder).pictures[:1], ["cnn"], ScoringSettings())
    assert found.score.error == ""
    assert len(calls) == 2
