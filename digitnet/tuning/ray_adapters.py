"""Fit the trials of a search into the classes of Ray Tune, which are made once Ray is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from digitnet.tuning.ray_trial import TrialStepper

if TYPE_CHECKING:
    from ray.tune import Callback, Stopper
    from ray.tune.search import Searcher


class Driver(Protocol):
    """Hands out trials, and takes their results."""

    def give(self, trial_id: str) -> dict[str, Any] | None:
        """Return what a trial needs to train; None after the last."""

    def take(self, trial_id: str, result: dict[str, Any] | None, *, has_failed: bool) -> None:
        """Settle a trial that has ended."""

    def end_step(self, *, is_last: bool) -> None:
        """Show the trials; `is_last` where none is under way."""

    def is_stopping(self) -> bool:
        """Return whether the search is to stop."""


def make_trainable() -> type[Any]:
    """Return a class with which Ray Tune trains trials, one after the other."""
    from ray import tune

    class RayTrial(tune.Trainable):
        """Lets Ray Tune train one trial."""

        def setup(self, config: dict[str, Any]) -> None:
            """Take the first trial."""
            self.stepper = TrialStepper(**config)

        def reset_config(self, new_config: dict[str, Any]) -> bool:
            """Go on with another trial in the same process."""
            self.stepper.stop()
            self.stepper = TrialStepper(**new_config)
            return True

        def step(self) -> dict[str, Any]:
            """Return the next result."""
            return self.stepper.step()

        def cleanup(self) -> None:
            """Stop a run under way."""
            self.stepper.stop()

    return RayTrial


def make_searcher(driver: Driver) -> Searcher:
    """Return the part of Ray Tune that asks for trials."""
    from ray.tune.search import Searcher

    class JournalSearcher(Searcher):
        """Lets Ray Tune ask for the trials of the journal."""

        def suggest(self, trial_id: str) -> Any:
            """Return the next trial."""
            return driver.give(trial_id) or Searcher.FINISHED

        def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
            """Settle a trial."""
            driver.take(trial_id, result, has_failed=error)

        def set_search_properties(self, *_: Any, **__: Any) -> bool:
            """Accept the objective, which the journal knows."""
            return True

        def save(self, checkpoint_path: str) -> None:
            """Save nothing: the journal lies on the disk."""

        def restore(self, checkpoint_path: str) -> None:
            """Restore nothing."""

        def __reduce__(self) -> Any:
            """Leave out the journal where Ray Tune keeps a copy."""
            return (str, ("journal",))

    return JournalSearcher()


def make_callback(driver: Driver) -> Callback:
    """Return the part of Ray Tune that shows trials."""
    from ray.tune import Callback

    class Watch(Callback):
        """Shows the trials."""

        def on_step_end(self, iteration: int, trials: list[Any], **info: Any) -> None:
            """Show the trials."""
            driver.end_step(is_last=all(trial.is_finished() for trial in trials))

        def __reduce__(self) -> Any:
            """Leave out the driver where Ray Tune keeps a copy."""
            return (str, ("watch",))

    return Watch()


def make_stopper(driver: Driver) -> Stopper:
    """Return the part of Ray Tune that ends a search."""
    from ray.tune import Stopper

    class OnRequest(Stopper):
        """Stops all trials if the search is asked to stop."""

        def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
            """Stop no single trial."""
            return False

        def stop_all(self) -> bool:
            """Return whether the search is to stop."""
            return driver.is_stopping()

        def __reduce__(self) -> Any:
            """Leave out the driver where Ray Tune keeps a copy."""
            return (str, ("stop",))

    return OnRequest()
