import json
import shutil

import pytest

from digitnet.experiments import duration
from digitnet.experiments.config import TrainingConfig
from digitnet.models import store


def estimate_seconds(config, user_digits=0):
    return duration.estimate_duration(config, user_digits).total


CONFIG = TrainingConfig.from_recipe("mlp-512-256", name="mine")


def test_estimate_grows_with_the_work(models):
    base = estimate_seconds(CONFIG)
    assert base > sum(duration.estimate_duration(CONFIG)[::2])
    for change in ({"epochs": 50}, {"augment": True}, {"batch_size": 16}, {"layers": "dense 4096"}):
        assert estimate_seconds(CONFIG.replace(**change)) > base
    assert estimate_seconds(CONFIG.replace(limit=1000)) < base


def test_estimate_counts_only_user_digits_trained_on(models):
    base = estimate_seconds(CONFIG)
    assert estimate_seconds(CONFIG.replace(data="both", own_share=0.5)) > base
    assert estimate_seconds(CONFIG.replace(data="both", epoch_digits=2000)) < base
    user_only = CONFIG.replace(data="own")
    assert 0 < estimate_seconds(user_only, user_digits=100) < estimate_seconds(user_only, user_digits=10_000) < base


def test_estimate_counts_start_and_finish(models):
    estimate = duration.estimate_duration(CONFIG)
    assert estimate.start > 0
    assert estimate.finish > duration.estimate_duration(CONFIG.replace(validation_share=0.0)).finish > 0
    assert estimate.total == pytest.approx(estimate.start + estimate.training + estimate.finish)


@pytest.mark.parametrize(("key", "part"), [("start_seconds", 0), ("finish_seconds", 2)])
def test_estimate_of_a_part_learns_from_that_part(models, tiny_model, key, part):
    shutil.copytree(tiny_model, models / "tiny")
    path = models / "tiny" / store.CARD_FILE
    before = duration.estimate_duration(CONFIG)
    path.write_text(json.dumps({**json.loads(path.read_text()), key: 500.0}))
    after = duration.estimate_duration(CONFIG)
    assert [one > other for one, other in zip(after, before, strict=True)] == [place == part for place in range(3)]


@pytest.mark.parametrize(("epochs", "is_learned"), [(1000, True), (1, False)])
def test_estimate_learns_from_runs_of_much_work(models, tiny_model, epochs, is_learned):
    before = duration.estimate_duration(CONFIG).training
    shutil.copytree(tiny_model, models / "tiny")
    path = models / "tiny" / store.CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "epochs_done": epochs, "seconds": 1e6}))
    assert (duration.estimate_duration(CONFIG).training > before) == is_learned


def test_damaged_card_does_not_change_the_estimate(models, tiny_model):
    before = estimate_seconds(CONFIG)
    shutil.copytree(tiny_model, models / "tiny")
    (models / "tiny" / store.CARD_FILE).write_text("{}")
    assert estimate_seconds(CONFIG) == before
