"""Keep the form of a tab over a reload: its template and batch, or the boxes of one that is being made."""

from __future__ import annotations

import json
import re

import streamlit as st

from pages.form import editor
from pages.form.editor import Draft
from pages.shared import kept_work, remembered
from pages.shared.work_store import File
from pages.sheets import chosen_form

_CHOSEN, _DRAFT, _SHEET, _SHOWN = "chosen.json", "draft.json", "sheet", "shown.jpg"
_WIDGET = re.compile(r"-\d+$")  # The end of the key of a widget, of which a choice has several in time.


def restore() -> None:
    """Go on with the form from before a reload."""
    files = dict(kept_work.take(kept_work.FORM))
    if _CHOSEN in files and chosen_form.get() is None:
        chosen_form.choose(**json.loads(files[_CHOSEN]))
    elif _DRAFT in files and editor.get_draft() is None:
        about = json.loads(files[_DRAFT])
        for name, value in about["choices"].items():
            remembered.put(name, value)
        width, height = about["size"]
        drawn = about["drawing"]
        draft = Draft(about["name"], files[_SHEET], files[_SHOWN], (width, height), about["next"], drawn, drawn)
        editor.set_draft(draft)


def keep() -> None:
    """Keep the form for after a reload."""
    kept_work.put(kept_work.FORM, _list_files())


def _list_files() -> list[File]:
    if chosen := chosen_form.get():
        return [(_CHOSEN, json.dumps({"template": chosen.template, "batch": chosen.batch}).encode())]
    if draft := editor.get_draft():
        start = editor.name_start(draft)
        names = [str(key) for key in st.session_state if str(key).startswith(start) and not _WIDGET.search(str(key))]
        about = {
            "name": draft.name,
            "size": draft.size,
            "next": draft.next,
            "drawing": draft.drawing,
            "choices": {name: remembered.get(name) for name in names},
        }
        content = json.dumps(about).encode()
        return [(_SHEET, draft.content), (_SHOWN, draft.shown), (_DRAFT, content)]
    return []
