import pytest

from digitnet.experiments.status import RUNNING, STARTING, Status

NOW = 1000.0


@pytest.mark.parametrize(
    ("ends", "seconds_left", "share_done"), [(None, None, 0), (1040.0, 40, 0.2), (1000.0, 0, 0.99), (900.0, 0, 0.99)]
)
def test_estimate_moves_with_time(ends, seconds_left, share_done):
    status = Status(RUNNING, started=990.0, ends=ends, epochs=3)
    assert status.estimate_seconds_left(NOW) == seconds_left
    assert status.estimate_share_done(NOW) == pytest.approx(share_done)


def test_resumed_run_goes_on_from_its_epochs():
    status = Status(STARTING, started=NOW, ends=NOW + 10, epochs_before=3, epochs=4)
    assert status.estimate_share_done(NOW) == 0.75
    assert status.estimate_share_done(NOW + 5) == pytest.approx(0.875)


def test_clock_set_back_does_not_give_a_negative_share():
    assert Status(STARTING, started=NOW + 100, ends=NOW + 200).estimate_share_done(NOW) == 0
