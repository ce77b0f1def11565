import pytest

from digitnet.experiments.status import CALIBRATING, FINISHING, LOADING, RUNNING, STARTING, Status
from pages.shared.run_progress import describe_progress

NOW = 1000.0


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Status(STARTING), "Starting its process"),
        (Status(STARTING, phase=LOADING, phase_began=988.5), "Loading TensorFlow · for 12 s"),
        (
            Status(RUNNING, epoch=1, epochs=3, batch=1200, batches=1919, ends=1012.0),
            "Epoch 2 of 3 · batch 1,200 of 1,919 · 12 s left",
        ),
        (Status(RUNNING, epoch=3, epochs=3, ends=1000.4), "Epoch 3 of 3 · batch 0 of 0 · 1 s left"),
        (
            Status(FINISHING, phase=CALIBRATING, phase_began=997.5, ends=999.0),
            "Measuring its confidence on varied copies of digits · for 3 s · a moment left",
        ),
    ],
)
def test_progress_names_phase_or_epoch_and_time_left(status, text):
    assert describe_progress(status, NOW) == text
