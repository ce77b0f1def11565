"""Tell the server which files this tab holds: those that its uploader has given back count on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitnet.server.sessions import sessions


def report(kind: str, sizes: Mapping[str, int]) -> None:
    """Report the files that this tab holds, in place of those reported of the same kind.

    Args:
        kind: what holds them, such as "photos".
        sizes: bytes of each file, by its number in the uploader, or any other name.
    """
    if context := get_script_run_ctx():
        sessions.hold(context.session_id, kind, sizes)


def give_back(numbers: Iterable[str]) -> None:
    """Have Streamlit forget uploads of this tab by their numbers: it keeps what a page does not show any more."""
    if context := get_script_run_ctx():
        manager: Any = context.uploaded_file_mgr
        for number in numbers:
            manager.remove_file(context.session_id, number)
