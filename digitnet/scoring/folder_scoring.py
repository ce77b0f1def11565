"""Score many pictures by the pool of worker processes, as many at a time as there are processors."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from digitnet.access.callers import acting_as, get_caller
from digitnet.access.permissions import guarded
from digitnet.errors import CanceledError, DigitnetError, ImageError, ModelError, explain_os_errors
from digitnet.scoring.labels import LabeledPicture
from digitnet.scoring.outcome import PictureScore
from digitnet.scoring.picture_scoring import ScoringSettings, fail, score_picture
from digitnet.workers.process import Cancellation, cancelable
from digitnet.workers.waiting import run_when_free, wait_for_allowance


class ModelScore(NamedTuple):
    """What a model made of a picture."""

    model: str
    score: PictureScore


@guarded("models.score")
def iterate_scores(
    pictures: Sequence[LabeledPicture],
    models: Sequence[str],
    settings: ScoringSettings,
    cancellation: Cancellation | None = None,
) -> Iterator[ModelScore]:
    """Yield what each model made of each picture: the first picture by all models, then the next.

    Each reading counts as a photo of the caller, and waits until they may have it read.

    Args:
        pictures: pictures whose numbers are known.
        models: names of the models.
        settings: how to read.
        cancellation: ends the scoring, if it is canceled from another thread.

    Raises:
        CanceledError: it was canceled.
        ModelError: a model is unknown, incomplete or damaged.
    """
    cancellation, caller = cancellation or Cancellation(), get_caller()

    def score(picture: LabeledPicture, model: str) -> ModelScore:
        with acting_as(caller), cancelable(cancellation):
            try:
                wait_for_allowance()
                found = run_when_free(score_picture, _load(picture), model, settings, subject="The picture")
                return ModelScore(model, found)
            except (CanceledError, ModelError):
                raise
            except DigitnetError as error:
                return ModelScore(model, fail(picture, str(error)))

    tasks = ((picture, model) for picture in pictures for model in models)
    count = max(2, os.cpu_count() or 1)
    running: deque[Future[ModelScore]] = deque()
    with ThreadPoolExecutor(count, "score") as threads:
        try:
            for task in tasks:
                running.append(threads.submit(score, *task))
                if len(running) > count:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            if running:  # Nobody takes the others any more.
                cancellation.cancel()


def _load(picture: LabeledPicture) -> LabeledPicture:
    """Return a picture with its content, which a worker needs no right on files for."""
    if not isinstance(picture.source, Path):
        return picture
    with explain_os_errors("The file cannot be read", ImageError):
        return replace(picture, source=picture.source.read_bytes())


def describe_progress(done: int, total: int, seconds: float) -> str:
    """Say how far the scoring is after so many seconds: "12 of 300, about 40 s left"."""
    text = f"{done:,} of {total:,}"
    if not 0 < done < total:
        return text
    left = math.ceil(seconds * (total - done) / done)
    return f"{text}, about {f'{left} s' if left < 100 else f'{math.ceil(left / 60)} min'} left"
