"""Forms: draw the boxes of a form once, and read them on every sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from digitnet.errors import DigitnetError
from digitnet.forms.template import Template, to_json
from digitnet.forms.worker_tasks import open_template
from digitnet.workers.pool import run_in_worker
from pages.components import paste_button
from pages.form import editor, results
from pages.form.sheet_reader import SheetFile, SheetReader, get_reader
from pages.shared import feedback, formatting, held_files, intake, layout, model_choice, own_files

_STYLE = """
.st-key-form-sheet { max-width: 760px; }
.st-key-form-sheet :is(.stElementContainer, .stBidiComponent) { width: 100% !important; max-width: none; }
.st-key-form-sheet-frame { display: none; }
.st-key-forms h2, .st-key-forms h3 { font-size: 1.2rem; padding-top: 0.5rem; }
"""
_LOOK_SECONDS = 1.0  # How often sheets that were read meanwhile are shown.


@contextmanager
def _explain() -> Iterator[None]:
    """Show a DigitnetError of the block as a sentence, and go on after it."""
    try:
        yield
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def main() -> None:
    """Show the page."""
    layout.start_page("forms.py", _STYLE)
    with st.container(key="forms"):
        st.title("Forms")
        template: Template | None = st.session_state.get("form_template")
        if template is None:
            choose_template()
        else:
            show_template(template)
            read_sheets(template)


def choose_template() -> None:
    """Ask for a template, or for a sheet to draw one on."""
    st.markdown("Draw the boxes of a form once; digitnet finds them on every other sheet and makes each sheet a row.")
    opened = st.file_uploader("A template that you have (JSON)", ["json"], key="form-template-file")
    if opened is not None:
        with _explain():
            editor.use_template(run_in_worker(open_template, opened.getvalue(), subject="The template"))
            st.rerun()
    label = "Or one sheet of the form, empty if you have one"
    with st.container(key="form-first-sheet"):
        sheet = st.file_uploader(label, list(intake.PAGE_TYPES), key="form-sheet-file")
        paste_button.show("form-first-sheet")
    if sheet is not None:
        with _explain():
            editor.start_draft(sheet.name, sheet.getvalue())
            held_files.report("draft", {sheet.file_id: sheet.size})
            editor.show_editor(st.session_state.form_draft)


def show_template(template: Template) -> None:
    """Show the name of the template, and offer to save it or to take another."""
    names = ", ".join(field.name for field in template.fields)
    count = formatting.format_count(len(template.fields), "field")
    st.markdown(f"**{formatting.escape_markdown(template.name)}**: {count} ({formatting.escape_markdown(names)})")
    if filled := [field.name for field in template.fields if field.is_filled]:
        names = formatting.escape_markdown(", ".join(filled))
        st.caption(f"Filled on its own sheet: {names}. An empty sheet gives better readings.")
    with st.container(horizontal=True):
        text = to_json(template)
        feedback.show_download("Save the template (JSON)", text, "form.json", "application/json", "save")
        st.button("Another template", icon=":material/close:", on_click=_forget_template, type="tertiary")


def _forget_template() -> None:
    st.session_state.form_template = None


def read_sheets(template: Template) -> None:
    """Ask for filled sheets, read them, and show what stands in them."""
    files = choose_sheets()
    model = model_choice.get_model()
    reader = get_reader(template, st.session_state.form_template_key, model, model_choice.get_risk(model))
    reader.want(files)
    if files:
        show_results(template, files, reader)


def choose_sheets() -> list[SheetFile]:
    """Show the ways to add sheets, and return all of this tab, the earliest first."""
    own = own_files.get_own_files("sheets")
    with st.container(key="form-sheets"):
        intake.show_uploader(own, "Filled sheets: photos, scans, PDF or ZIP", "form-sheets")
        with st.container(horizontal=True, vertical_alignment="center"):
            paste_button.show("form-sheets")
            folder = intake.show_folder_toggle(own)
            if own.earlier:
                st.caption(f"With {len(own.earlier)} from before", width="content")
            if own.files:
                st.button("Remove all", icon=":material/delete:", on_click=own.remove_all, type="tertiary")
        intake.show_folder(own, "form-sheets", is_on=folder)
    intake.show_notes(own)
    own_files.hold_to_quotas(own, "sheets")
    return [SheetFile(key, name, file.content) for file, name, key in own_files.name_files(own.files)]


def show_results(template: Template, files: list[SheetFile], reader: SheetReader) -> None:
    """Show what was read, and look for more until all is."""
    done, total = reader.count()

    @st.fragment(run_every=_LOOK_SECONDS if done < total else None)
    def show() -> None:
        now, _ = reader.count()
        found = reader.list_results(files)
        if now < total:
            st.progress(now / total, f"Reading {now + 1} of {total}")
        entries = results.correct(found, template)
        results.show_table(entries, template)
        results.show_downloads(entries, found, template, disabled=now < total)
        if now == total and done < total:
            st.rerun()

    show()
    if done == total:
        results.show_doubts(reader.list_results(files), template)


main()
