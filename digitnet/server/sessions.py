"""Know the sessions of browser tabs: which are closed, the files that pages hold, and what each tab is to be told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.access.spending import find_key


@dataclass
class _Session:
    """A session.

    Attributes:
        key: for whom its uploads count, see `spending.find_key`; "" for an owner, and as long as nobody is known.
        closed: time when it was first seen to be closed, None while it is connected.
        refusal: sentence that says why an upload was refused, "" without any.
        held: for each kind of files that pages hold, their sizes in bytes by their numbers.
    """

    key: str = ""
    closed: float | None = None
    refusal: str = ""
    held: dict[str, dict[str, int]] = field(default_factory=dict)


class Sessions:
    """The sessions that have run a page or uploaded a file. Threads may share them.

    Args:
        clock: time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._when_short: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def meet(self, session: str, caller: Caller) -> None:
        """Remember a session by its number, and who has opened it."""
        with self._lock:
            known = self._sessions.setdefault(session, _Session())
            known.key = "" if caller.role >= Role.OWNER else find_key(caller)

    def find_key(self, session: str) -> str:
        """Return for whom the uploads of a session count, "" for an owner's and for a session that is not known."""
        with self._lock:
            return self._sessions[session].key if session in self._sessions else ""

    def hold(self, session: str, kind: str, sizes: Mapping[str, int]) -> None:
        """Count files of a session that its pages hold, in place of those of the same kind.

        Args:
            session: number of the session.
            kind: what holds them, such as "photos".
            sizes: bytes of each file, by its number as an upload, or any other name.
        """
        with self._lock:
            self._sessions.setdefault(session, _Session()).held[kind] = dict(sizes)

    def list_held(self) -> dict[str, dict[str, int]]:
        """Return the bytes of all files that pages hold: by session, and by the number of the file."""
        with self._lock:
            sessions = {name: list(session.held.values()) for name, session in self._sessions.items()}
        return {name: {key: size for files in held for key, size in files.items()} for name, held in sessions.items()}

    def list_closed(self, is_live: Callable[[str], bool], seconds: float = 0.0) -> list[str]:
        """Return the sessions that are closed for so many seconds, those that closed first before the others.

        Args:
            is_live: whether a session is connected to a browser.
            seconds: how long a session must be closed; that is known as of the last call.
        """
        now = self._clock()
        with self._lock:
            for name, session in self._sessions.items():
                session.closed = None if is_live(name) else now if session.closed is None else session.closed
            closed = [(session.closed, name) for name, session in self._sessions.items() if session.closed is not None]
        return [name for since, name in sorted(closed) if now - since >= seconds]

    def forget(self, session: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(session, None)

    def tell(self, session: str, refusal: str) -> None:
        """Keep a sentence for a session, to show it on its page."""
        with self._lock:
            self._sessions.setdefault(session, _Session()).refusal = refusal

    def take_refusal(self, session: str) -> str:
        """Return the sentence that was kept for a session, once; or else ""."""
        with self._lock:
            known = self._sessions.get(session, _Session())
            refusal, known.refusal = known.refusal, ""
        return refusal

    def call_when_short(self, give_back: Callable[[], None]) -> None:
        """Have a function called that gives memory of closed sessions back, whenever a quota of all is full."""
        self._when_short.append(give_back)

    def shrink(self) -> None:
        """Give back what closed sessions still keep elsewhere."""
        for give_back in self._when_short:
            give_back()


sessions = Sessions()
