"""Keep the files that a user has added: uploaded, taken by camera, or out of ZIP files.

Uploader and camera forget them when another page is shown.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.documents.opening import count_pages
from digitnet.errors import DigitnetError
from digitnet.workers.pool import run_in_worker
from digitnet.workers.turns import FullError
from pages.shared import held_files, remembered
from pages.shared.unpacked_uploads import Archive

UPLOADER, FOLDER, CAMERA = "uploader", "folder", "camera"


@dataclass(frozen=True, eq=False)
class File:
    """A file: its name, its content, and its number in the uploader or camera, or ""."""

    name: str
    content: bytes
    id: str = ""

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the content, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def digest(self) -> str:
        """A digest of the content: 16 hexadecimal digits."""
        return self.sha256[:16]

    def get_content(self) -> bytes:
        """Return the content."""
        return self.content

    @property
    def pages(self) -> int:
        """How many pages it has, 1 if it cannot be read, and as long as the workers are busy."""
        if "counted" not in self.__dict__:
            try:
                self.__dict__["counted"] = run_in_worker(count_pages, self.content)
            except DigitnetError as error:
                if isinstance(error.__cause__, FullError):
                    return 1
                self.__dict__["counted"] = 1
        count: int = self.__dict__["counted"]
        return count


class NamedFile(NamedTuple):
    """A file with a name and a key that no other one has."""

    file: File
    name: str
    key: str


@dataclass
class OwnFiles:
    """The files that a user has added on a page in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        earlier: files that no widget holds any more.
        held: files that a widget holds: `UPLOADER`, `FOLDER` or `CAMERA`.
        archives: what came out of the ZIP files among the uploads, by their numbers.
        removed: numbers of the files in widgets that the user has removed.
        visit: number of the visit to a page in which they were last shown.
        moves: number of times that files became earlier ones or were removed; the camera then starts anew.
        clearings: number of times that all were removed; the uploaders then start anew.
        are_kept: whether a reload of the page keeps all of them.
    """

    earlier: list[File] = field(default_factory=list)
    held: dict[str, list[File]] = field(default_factory=dict)
    archives: dict[str, Archive] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    visit: int = 0
    moves: int = 0
    clearings: int = 0
    are_kept: bool = True

    @property
    def files(self) -> list[File]:
        """All files, the earliest first."""
        return [*self.earlier, *chain(*(self.held.get(widget, []) for widget in (UPLOADER, FOLDER, CAMERA)))]

    def measure_files(self) -> dict[str, int]:
        """Return the bytes of all files by their numbers or digests, also of removed ones of ZIP files still there."""
        unpacked = {
            f"{key}/{place}": len(member.content)
            for key, archive in self.archives.items()
            for place, member in enumerate(archive.members)
        }
        return unpacked | {file.id or file.digest: len(file.content) for file in self.files}

    def start_visit(self, visit: int) -> None:
        """Keep the files of the visit before, if this is another."""
        if visit != self.visit:
            self.earlier, self.held, self.archives = self.files, {}, {}
            self.visit, self.moves = visit, self.moves + 1

    def hold(self, widget: str, files: Iterable[File]) -> None:
        """Take the files that a widget holds now, without those that were removed."""
        known = {file.id: file for file in self.held.get(widget, [])}
        self.held[widget] = [known.get(file.id, file) for file in files if file.id not in self.removed]

    def let_go(self, widget: str) -> None:
        """Keep the files of a widget that is taken off the page."""
        if files := self.held.pop(widget, []):
            self.earlier = [*self.earlier, *files]
            self.moves += 1

    def remove(self, file: File) -> None:
        """Remove one of `files`; a second click on its button finds it gone and removes no other one."""
        self.removed.add(file.id)
        held_files.give_back([file.id])
        self.moves += file in self.held.get(CAMERA, [])
        for files in (self.earlier, *self.held.values()):
            if file in files:
                files.remove(file)

    def remove_all(self) -> None:
        """Remove all files, also from the widgets."""
        held_files.give_back([*self.archives, *(file.id for file in self.files)])
        self.earlier, self.held, self.archives, self.removed = [], {}, {}, set()
        self.moves, self.clearings = self.moves + 1, self.clearings + 1

    def fit(self, max_files: float, max_bytes: float) -> bool:
        """Remove the last files until so many are left; return whether all of them fit."""
        fits = True
        while (files := self.files) and (
            len(files) > max_files or sum(len(file.content) for file in files) > max_bytes
        ):
            self.remove(files[-1])
            fits = False
        return fits


def get_own_files(kind: str) -> OwnFiles:
    """Return the files of a kind, such as "photos", that were added in this tab."""
    own: OwnFiles = st.session_state.setdefault(f"own_{kind}", OwnFiles())
    own.start_visit(remembered.count_visits())
    held_files.report(kind, own.measure_files())
    return own


def name_files(files: Iterable[File]) -> list[NamedFile]:
    """Return files with unique names and keys: IMG.jpg, IMG.jpg (2)."""
    names, digests, named = Counter[str](), Counter[str](), []
    for file in files:
        number = names[file.name] + 1
        name = f"{file.name} ({number})" if number > 1 else file.name
        named.append(NamedFile(file, name, f"{file.digest}-{digests[file.digest]}"))
        names[file.name], digests[file.digest] = number, digests[file.digest] + 1
    return named


def hold_to_quotas(own: OwnFiles, kind: str) -> None:
    """Leave out the last files beyond what a tab may hold, and say so.

    Args:
        kind: what they are, such as "photos".
    """
    max_files, max_bytes = get_spending().find_upload_limits()
    if not own.fit(max_files, max_bytes):
        st.error(
            f"A tab may hold {max_files:,} {kind} of {max_bytes / 1e6:,.0f} MB at a time, so the last ones were left "
            "out; remove some, then add these again.",
            icon=":material/error:",
        )
    held_files.report(kind, own.measure_files())
