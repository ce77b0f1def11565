import json
import shutil

import pytest

from digitnet.experiments import duration
from digitnet.experiments.config import TrainingConfig
from digitnet.models import store

CONFIG = TrainingConfig.from_recipe("mlp-512-256", name="mine")


def test_estimate_grows_with_the_work(models):
    base = duration.estimate_seconds(CONFIG)
    assert base > duration.STARTUP_SECONDS
    for change in ({"epochs": 50}, {"augment": True}, {"batch_size": 16}, {"layers": "dense 4096"}):
        assert duration.estimate_seconds(CONFIG.replace(**change)) > base
    assert duration.estimate_seconds(CONFIG.replace(limit=1000)) < base


def test_estimate_counts_only_user_digits_trained_on(models):
    base = duration.estimate_seconds(CONFIG)
    assert duration.estimate_seconds(CONFIG.replace(data="both", own_share=0.5)) > base
    assert duration.estimate_seconds(CONFIG.replace(data="both", epoch_digits=2000)) < base
    user_only = CONFIG.replace(data="own")
    assert (
        duration.STARTUP_SECONDS
        < duration.estimate_seconds(user_only, user_digits=100)
        < duration.estimate_seconds(user_only, user_digits=10_000)
        < base
    )


@pytest.mark.parametrize(("seconds", "is_learned"), [(1000.0, True), (0.1, False)])
def test_estimate_learns_from_long_runs_on_the_machine(models, tiny_model, seconds, is_learned):
    before = duration.estimate_seconds(CONFIG)
    shutil.copytree(tiny_model, models / "tiny")
    path = models / "tiny" / store.CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "seconds": seconds}))
    assert (duration.estimate_seconds(CONFIG) > before) == is_learned


def test_damaged_card_does_not_change_the_estimate(models, tiny_model):
    before = duration.estimate_seconds(CONFIG)
    shutil.copytree(tiny_model, models / "tiny")
    (models / "tiny" / store.CARD_FILE).write_text("{}")
    assert duration.estimate_seconds(CONFIG) == before
