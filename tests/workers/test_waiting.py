import pytest

from digitnet.access.callers import NOBODY, acting_as
from digitnet.access.quotas import Quotas
from digitnet.access.spending import Spending
from digitnet.errors import CanceledError, QuotaError
from digitnet.workers import waiting
from digitnet.workers.process import Cancellation, cancelable


@pytest.fixture
def spending(monkeypatch):
    """One photo a minute."""
    spending = Spending(Quotas(photos_per_minute=1))
    monkeypatch.setattr(waiting, "get_spending", lambda: spending)
    return spending


def test_owner_never_waits(spending):
    for _ in range(3):
        waiting.wait_for_allowance()


def test_canceled_task_waits_no_longer(spending):
    cancellation = Cancellation()
    with acting_as(NOBODY), cancelable(cancellation):
        waiting.wait_for_allowance()
        cancellation.cancel()
        with pytest.raises(CanceledError):
            waiting.wait_for_allowance()


def test_refusal_that_waiting_does_not_end_is_raised(spending, monkeypatch):
    def refuse():
        raise QuotaError("Never.")

    monkeypatch.setattr(spending, "count_photo", refuse)
    with pytest.raises(QuotaError, match="Never"):
        waiting.wait_for_allowance()
