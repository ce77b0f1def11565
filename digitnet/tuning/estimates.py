"""Estimate when a search ends."""

from __future__ import annotations

import statistics
import time

from digitnet.experiments.duration import estimate_duration
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import Trials


def estimate_end(settings: SearchSettings, trials: Trials, parallel: int) -> float:
    """Return the time of the end, in seconds since 1970, by the trials that have ended, or else by the settings.

    Args:
        parallel: number of trials under way at a time.
    """
    ended = trials.list_ended()
    known = [record.seconds for record in ended if record.seconds]
    seconds = statistics.fmean(known) if known else settings.seeds * estimate_duration(settings.config).total
    left = settings.trials - len(ended)
    return time.time() + left * seconds / min(parallel, max(1, left))
