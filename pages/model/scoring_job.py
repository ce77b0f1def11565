"""Score pictures in the background, and keep what came of them in this tab."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.errors import CanceledError, DigitnetError
from digitnet.scoring.folder_scoring import describe_progress, iterate_scores
from digitnet.scoring.labels import LabeledPicture
from digitnet.scoring.outcome import PictureScore
from digitnet.scoring.picture_scoring import ScoringSettings
from digitnet.workers.process import Cancellation
from pages.shared import feedback

_UNEXPECTED = "An unexpected error occurred while these pictures were scored. Score fewer of them."


class ScoringJob:
    """Scores pictures by models in a thread, until it is done, stopped, or the tab is closed.

    Attributes:
        scores: what each model has made of the pictures so far.
        error: why it ended early, or "".
        is_stopped: whether the user has stopped it.
    """

    def __init__(self, pictures: Sequence[LabeledPicture], models: Sequence[str], settings: ScoringSettings) -> None:
        self.scores: dict[str, list[PictureScore]] = {model: [] for model in models}
        self.error = ""
        self.is_stopped = False
        self._pictures, self._settings, self._start = pictures, settings, time.monotonic()
        self._cancellation = Cancellation()
        context = get_script_run_ctx()
        self._session = context.session_id if context else ""
        self._thread = threading.Thread(target=self._run, args=(get_caller(),), name="scoring", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether pictures are still being read."""
        return self._thread.is_alive()

    def measure_progress(self) -> tuple[float, str]:
        """Return the share that is done, 0 to 1, and how far that is, in words."""
        done, total = sum(map(len, self.scores.values())), len(self._pictures) * len(self.scores)
        return done / total, describe_progress(done, total, time.monotonic() - self._start)

    def stop(self) -> None:
        """End the reading; what was read stays."""
        self.is_stopped = True
        self._cancellation.cancel()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def list_scores(self) -> dict[str, list[PictureScore]]:
        """Return what each model has made of the pictures that all have read."""
        count = min(map(len, self.scores.values()))
        return {model: scores[:count] for model, scores in self.scores.items()}

    def _run(self, caller: Caller) -> None:
        try:
            with acting_as(caller), feedback.explain_unexpected_errors(_UNEXPECTED):
                for model, score in iterate_scores(
                    self._pictures, list(self.scores), self._settings, self._cancellation
                ):
                    self.scores[model].append(score)
                    if exists() and not get_instance().is_active_session(self._session):
                        self.stop()
        except CanceledError:
            self.is_stopped = True
        except DigitnetError as error:
            self.error = str(error)
