"""Keep the state of searches in the files of `models/.searches/<name>/`.

The process of a search writes the files, all others read them: `search.json` the settings, `status.json` the progress,
`trials.json` the trials as the table shows them, `journal.log` the trials as they were drawn (see `journal`).
"""

from __future__ import annotations

import itertools
import json
import platform
import re
import shutil
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import psutil

from digitnet.access.permissions import guarded
from digitnet.errors import ConfigError, DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments.process_lock import hold_for_life, is_held
from digitnet.experiments.run import list_runs
from digitnet.experiments.status import QUEUED, RUNNING, is_alive, is_here
from digitnet.files import write_atomically
from digitnet.models import store
from digitnet.models.card import INTERRUPTED, STOPPED
from digitnet.paths import searches_dir
from digitnet.tuning.settings import MAX_NAME_CHARACTERS, SearchSettings
from digitnet.tuning.trial_records import Trials

DONE = "done"


@dataclass(frozen=True)
class SearchStatus:
    """Progress of a search; the names of the fields are the keys of `status.json`.

    Attributes:
        state: `queued` while it waits for a process, `running`, or at rest: `stopped`, also before its first start,
            `failed`, `interrupted` or `done`.
        message: a sentence on what stopped it; may be empty.
        verdict: a sentence on whether the best model was put to use; may be empty.
        ends: estimated time of the end in seconds since 1970, None while unknown.
        queued: time when it was created.
        host, pid, born: the process, as in `experiments.status.Status`.
    """

    state: str = STOPPED
    message: str = ""
    verdict: str = ""
    ends: float | None = None
    queued: float = 0.0
    host: str = ""
    pid: int = 0
    born: float = 0.0

    @property
    def is_active(self) -> bool:
        """Whether the search waits for its process, or has one."""
        return self.state in (QUEUED, RUNNING)


class Search:
    """The folder of one search; methods that write raise TrainingError if they cannot."""

    @guarded("training.look")
    def __init__(self, name: str) -> None:
        self.name = store.check_name(name)
        self.folder = searches_dir() / name
        self.log = self.folder / "log.txt"
        self.held = self.folder / "process.lock"  # Its process holds it, which other containers can see.
        self._stop = self.folder / "stop"

    def exists(self) -> bool:
        """Return whether the search has a folder with settings."""
        return (self.folder / "search.json").is_file()

    def create(self, settings: SearchSettings) -> None:
        """Create an empty folder with the settings, in place of any other; the search is at rest."""
        with explain_search_errors():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            write_atomically(self.folder / "status.json", json.dumps(asdict(SearchStatus(queued=time.time()))))
        self.write_settings(settings)

    def write_settings(self, settings: SearchSettings) -> None:
        """Write other settings; all else stays."""
        with explain_search_errors():
            write_atomically(self.folder / "search.json", json.dumps(settings.to_dict(), indent=1))

    def read_settings(self) -> SearchSettings:
        """Read the settings; raises ConfigError if there are none that can be read."""
        try:
            return SearchSettings.from_dict(json.loads((self.folder / "search.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise ConfigError(f"There is no search called {self.name!r}.") from None
        except (OSError, ValueError, TypeError, KeyError, DigitnetError) as error:
            raise ConfigError(f"The settings of the search {self.name!r} cannot be read; discard it.") from error

    def read_status(self) -> SearchStatus:
        """Read the progress, `interrupted` if the process is gone."""
        status = self._read_status_file()
        if status.state == RUNNING and not (is_alive(status) if is_here(status) else is_held(self.held)):
            return replace(status, state=INTERRUPTED, ends=None)
        return status

    def update_status(self, **changes: Any) -> None:
        """Write changed fields of the status."""
        with explain_search_errors():
            status = replace(self._read_status_file(), **changes)
            write_atomically(self.folder / "status.json", json.dumps(asdict(status)), durable=False)

    def enqueue(self) -> None:
        """Have the search wait for its process; only here is an old wish to stop forgotten, and a later one kept."""
        self._withdraw_stop()
        self.update_status(state=QUEUED, message="")

    def mark_started(self) -> None:
        """Record this process as that of the search, which may have been started without any queue."""
        process = psutil.Process()
        if not self.read_status().is_active:
            self._withdraw_stop()
        with explain_search_errors():
            hold_for_life(self.held)
        self.update_status(
            state=RUNNING, message="", host=platform.node(), pid=process.pid, born=process.create_time(), ends=None
        )

    def request_stop(self) -> None:
        """Ask the process of the search to stop."""
        with explain_search_errors():
            self._stop.touch()

    def is_stop_requested(self) -> bool:
        """Return whether the search was asked to stop."""
        return self._stop.exists()

    def read_trials(self) -> Trials:
        """Read the trials, none if they cannot be read."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            return Trials.from_dict(json.loads((self.folder / "trials.json").read_text(encoding="utf-8")))
        return Trials()

    def write_trials(self, trials: Trials) -> None:
        """Write the trials for others to show."""
        with explain_search_errors():
            write_atomically(self.folder / "trials.json", json.dumps(trials.to_dict()), durable=False)

    def delete(self) -> None:
        """Delete the folder of the search."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _withdraw_stop(self) -> None:
        with explain_search_errors():
            self._stop.unlink(missing_ok=True)

    def _read_status_file(self) -> SearchStatus:
        try:
            saved = json.loads((self.folder / "status.json").read_text(encoding="utf-8"))
            known = [field.name for field in fields(SearchStatus) if field.name in saved]
            return SearchStatus(**{name: saved[name] for name in known})
        except (OSError, ValueError, TypeError):
            return SearchStatus(state=INTERRUPTED)


@guarded("training.look")
def list_searches() -> list[Search]:
    """Return the searches, the one that was created last as the first."""
    searches = [Search(path.parent.name) for path in searches_dir().glob("*/search.json")]
    return sorted(searches, key=lambda search: (search.read_status().queued, search.name), reverse=True)


@guarded("training.look")
def find_free_name(name: str) -> str:
    """Return the first of name, name-2, ... that neither a search has nor the trials of one that was discarded."""
    taken = {search.name for search in list_searches()}
    stem = name[: MAX_NAME_CHARACTERS - 4]
    names = itertools.chain([name[:MAX_NAME_CHARACTERS]], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in names if candidate not in taken and not has_trials(candidate))


@guarded("training.look")
def has_trials(name: str) -> bool:
    """Return whether models or runs are called as the trials of a search of this name."""
    trial = re.compile(rf"{re.escape(name)}-[0-9]{{3,}}(-seed-[0-9]+)?")
    return any(map(trial.fullmatch, [*store.list_models(), *(run.name for run in list_runs())]))


def explain_search_errors() -> AbstractContextManager[None]:
    """Raise an OSError of the block as a TrainingError that the search cannot be saved."""
    return explain_os_errors(f"The search cannot be saved in {str(searches_dir())!r}", TrainingError)
