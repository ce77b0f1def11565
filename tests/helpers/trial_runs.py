"""Runs that train nothing: curves follow from settings, and lie in a folder, so that they survive a kill."""

from __future__ import annotations

import math
from pathlib import Path

from filelock import FileLock

from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.trial_runs import ACTIVE, BROKEN, CUT, MISSING, RESTING, TRAINED, RunLook

BEST_RATE = 0.01


def make_curve(config: TrainingConfig) -> tuple[float, ...]:
    """Return the accuracy after each epoch: the nearer to the best learning rate, the better, with noise by seed."""
    distance = abs(math.log10(config.learning_rate / BEST_RATE))
    last = 0.99 - 0.2 * distance - 0.001 * (config.seed % 3) - 0.0001 * config.batch_size / 32
    return tuple(last - 0.1 * 0.5**epoch for epoch in range(1, config.epochs + 1))


class FolderRuns:
    """Has a run done one epoch more at each look.

    Args:
        folder: where the runs are kept: how often each was looked at, and `log.txt` with what was asked for.
        diverging: runs whose loss becomes no number.
        broken: runs that fail for another reason.
        unsaved: runs whose disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.diverging: tuple[str, ...] = ()
        self.broken: tuple[str, ...] = ()
        self.unsaved: tuple[str, ...] = ()
        folder.mkdir(exist_ok=True)

    def look(self, config: TrainingConfig) -> RunLook:
        with self._lock():
            return self._look(config)

    def _look(self, config: TrainingConfig) -> RunLook:
        state, looks = self._read(config)
        curve = make_curve(config)
        if state == MISSING:
            return RunLook(MISSING)
        if state == ACTIVE:
            looks += 1
            state = TRAINED if looks >= len(curve) else ACTIVE
            if config.name in (*self.diverging, *self.broken, *self.unsaved) and looks > 1:
                state = BROKEN
            self._write(config, state, looks)
        known = curve[:looks]
        if state == BROKEN:
            look = RunLook(state, (*known, math.nan), None, problem=f"{config.name} failed.")
            name = config.name
            return look._replace(has_diverged=name in self.diverging, is_unsaved=name in self.unsaved)
        is_over = state in (TRAINED, CUT)
        return RunLook(state, known, known[-1] if known else None, 10.0 if is_over else None, 0.5 if is_over else None)

    def start(self, config: TrainingConfig) -> None:
        with self._lock():
            state, looks = self._read(config)
            self._log("resume" if looks else "start", config)
            self._write(config, ACTIVE, looks if state == RESTING else 0)

    def stop(self, config: TrainingConfig) -> None:
        with self._lock():
            self._log("stop", config)
            self._write(config, RESTING, self._read(config)[1])

    def clear(self, config: TrainingConfig) -> None:
        with self._lock():
            state, looks = self._read(config)
            if state == RESTING:
                self._write(config, CUT, looks)

    def advance(self) -> None:
        """Do nothing: there is no queue."""

    def list_asked(self, kind: str) -> list[str]:
        """Return the names of the runs that were asked for: to "start", "resume" or "stop"."""
        path = self.folder / "log.txt"
        lines = path.read_text().splitlines() if path.is_file() else []
        return [line.split()[1] for line in lines if line.split()[0] == kind]

    def _lock(self) -> FileLock:
        """Return the lock that processes of a cluster share."""
        return FileLock(self.folder / "lock")

    def _log(self, kind: str, config: TrainingConfig) -> None:
        with (self.folder / "log.txt").open("a") as file:
            file.write(f"{kind} {config.name}\n")

    def _read(self, config: TrainingConfig) -> tuple[str, int]:
        path = self.folder / config.name
        state, looks = path.read_text().split() if path.is_file() else (MISSING, "0")
        return state, int(looks)

    def _write(self, config: TrainingConfig, state: str, looks: int) -> None:
        (self.folder / config.name).write_text(f"{state} {looks}")
