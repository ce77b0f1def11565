"""Retrain automatically once enough digits have been corrected; off unless turned on.

Such a run activates its model only if `promotion` finds it better than the model it fine-tunes, which stays one
click away.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from filelock import FileLock, Timeout

from digitnet.access.accounts import KNOWN
from digitnet.access.callers import LOCAL_OWNER, Caller, acting_as, get_caller
from digitnet.access.members import get_members
from digitnet.access.permissions import guarded, may
from digitnet.collection.collection import Collection
from digitnet.errors import DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import list_runs
from digitnet.files import write_atomically
from digitnet.models import active, editing, store
from digitnet.models.card import require_card
from digitnet.paths import data_dir

SETTINGS_FILE = "autotrain.json"
_PERMISSION = "training.automate"
_LEFT = "Whoever turned this on may not start trainings any more; a teacher can turn it off and on again."


@dataclass(frozen=True)
class AutoRetraining:
    """Settings and state of automatic retraining; field names are the keys of its file.

    Attributes:
        on: whether automatic retraining is turned on.
        every: number of newly labeled digits that start a training.
        since: digits labeled after this time are new, ISO 8601 in UTC; empty before counting began.
        problem: a sentence on why the last training could not be started, else empty.
        account: account of whoever turned it on, "" for the owner of this machine.
        strangers: whether the digits of browsers without sign-in are used, too, if whoever turned it on sees them.
    """

    on: bool = False
    every: int = 20
    since: str = ""
    problem: str = ""
    account: str = ""
    strangers: bool = False

    def find_starter(self) -> Caller:
        """Return whoever turned it on, with the role that they have now: their digits and role are a training's."""
        if self.account == LOCAL_OWNER.account:
            return LOCAL_OWNER
        members = get_members()
        return Caller(members.find_role(self.account), self.account, members.find_scope(self.account))

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts whose digits are used, empty for all that whoever turned it on sees."""
        return () if self.strangers else (KNOWN,)


@guarded("training.look")
def load() -> AutoRetraining:
    """Load the settings: off if there are none, or if they cannot be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        saved = json.loads((data_dir() / SETTINGS_FILE).read_text(encoding="utf-8"))
        kinds = {field.name: type(field.default) for field in fields(AutoRetraining)}
        known = {name: saved[name] for name, kind in kinds.items() if type(saved.get(name)) is kind}
        return AutoRetraining(**known)
    return AutoRetraining()


@guarded(_PERMISSION)
def configure(on: bool, every: int, *, strangers: bool = False) -> None:
    """Turn automatic retraining on or off; digits count as new from the time it is turned on.

    Args:
        every: number of new digits that start a training.
        strangers: whether digits of browsers without sign-in are used, too, if the caller sees them.

    Raises:
        TrainingError: `every` is below 1, or the settings cannot be saved.
    """
    if every < 1:
        raise TrainingError(f"Expected at least 1 new digit between two trainings. Received: {every}.")
    before = load()
    since = before.since if before.on and before.since else _find_now()
    _save(AutoRetraining(on, every, since, account=get_caller().account, strangers=strangers))


@guarded("training.look")
def count_new_digits() -> int:
    """Count the digits that would be used, labeled or relabeled since the last training; raises CollectionError."""
    settings = load()
    if not settings.since:
        return 0
    with Collection.open() as collection:
        since = datetime.fromisoformat(settings.since)
        return collection.count(labeled_since=since, accounts=settings.accounts or None)


def start_if_due() -> str:
    """Start a training if turned on and due; call this after labeling digits.

    It takes a few milliseconds. Errors are kept in `problem`, not raised: the correction itself was saved. The
    training is that of whoever turned it on, so that a reader's digit may be the one that starts it.

    Returns:
        The name of the run that was started, or "".
    """
    with acting_as(LOCAL_OWNER):
        settings = load()
    if not settings.on:
        return ""
    with acting_as(settings.find_starter()):
        if not may(_PERMISSION):
            with suppress(DigitnetError):
                _save(replace(settings, problem=_LEFT))
            return ""
        try:
            with FileLock(data_dir() / f"{SETTINGS_FILE}.lock", timeout=0):
                return _start_if_enough(load())
        except Timeout:  # Another tab is deciding.
            return ""
        except (DigitnetError, OSError, ValueError) as error:
            with suppress(DigitnetError):
                _save(replace(load(), problem=str(error)))
            return ""


def _start_if_enough(settings: AutoRetraining) -> str:
    if not settings.on or count_new_digits() < settings.every or _is_retraining():
        return ""
    _delete_rejected()
    now = _find_now()
    config = TrainingConfig.for_fine_tuning(active.get_active_model(), promote=True)
    config = config.replace(name=queue.find_free_name(config.name), accounts=settings.accounts)
    queue.start(config)
    _save(replace(settings, since=now, problem=""))
    return config.name


def _is_retraining() -> bool:
    """Return whether an automatic retraining runs or waits."""
    busy = [run for run in list_runs() if run.read_status().is_active]
    return any(run.read_config().promote for run in busy)


def _delete_rejected() -> None:
    """Delete models of automatic retrainings that were no better and have no note."""
    for name in store.list_models():
        with suppress(DigitnetError):
            card = require_card(name)
            if card.promoted is False and not card.note and name != active.get_previous_model():
                editing.delete(name)


def _find_now() -> str:
    """Return the time in UTC from which on labels are new, also if the clock was set back."""
    with Collection.open() as collection:
        return collection.find_next_time().isoformat()


def _save(settings: AutoRetraining) -> None:
    path = data_dir() / SETTINGS_FILE
    with explain_os_errors(f"The settings of retraining cannot be saved in {str(path)!r}", TrainingError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(settings), indent=1))
