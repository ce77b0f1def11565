"""Hold the state of a search's trials, as its table shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from digitnet.tuning.dimensions import Value

RUNNING, DONE, PRUNED, FAILED = "running", "done", "stopped early", "failed"


@dataclass(frozen=True)
class TrialRecord:
    """One trial of a search.

    Attributes:
        number: counted from 1.
        values: the values of the settings that are searched.
        state: `RUNNING`, `DONE`, `PRUNED` (poor, so stopped early) or `FAILED`.
        runs: names of its runs and models, by seed.
        value: mean of the objective over the seeds so far.
        deviation: sample standard deviation over the seeds, 0 for one.
        epoch: number of epochs that its last run has done.
        epochs: number of epochs of each run.
        seconds: duration of its trainings, None while unknown.
        test_accuracy: mean over the seeds on the test digits, 0 to 1, which decides nothing; None while unknown.
        problem: a sentence on what failed; may be empty.
    """

    number: int
    values: dict[str, Value]
    state: str = RUNNING
    runs: tuple[str, ...] = ()
    value: float | None = None
    deviation: float = 0.0
    epoch: int = 0
    epochs: int = 0
    seconds: float | None = None
    test_accuracy: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class Trials:
    """All trials of a search.

    Attributes:
        records: in the order of their numbers.
        importance: the share of each setting in what makes a trial good, 0 to 1; {} while unknown.
    """

    records: tuple[TrialRecord, ...] = ()
    importance: dict[str, float] = field(default_factory=dict)

    def list_done(self) -> list[TrialRecord]:
        """Return the trials that are done."""
        return [record for record in self.records if record.state == DONE]

    def list_ended(self) -> list[TrialRecord]:
        """Return the trials that are not under way any more."""
        return [record for record in self.records if record.state != RUNNING]

    def to_dict(self) -> dict[str, Any]:
        """Return all as types of JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Trials:
        """Return the trials that `to_dict` returned; raises TypeError, ValueError or KeyError."""
        known = {entry.name for entry in fields(TrialRecord)}
        records = [{key: value for key, value in record.items() if key in known} for record in saved["records"]]
        return cls(
            tuple(TrialRecord(**{**record, "runs": tuple(record["runs"])}) for record in records),
            {str(name): float(share) for name, share in saved["importance"].items()},
        )


def find_best(records: Iterable[TrialRecord], *, is_maximized: bool) -> TrialRecord | None:
    """Return the trial that is done and best on the held-out digits, the first of equal ones; None without any."""
    done = [record for record in records if record.state == DONE and record.value is not None]
    if not done:
        return None
    sign = -1 if is_maximized else 1
    return min(done, key=lambda record: (sign * (record.value or 0.0), record.number))
