"""Forms: draw the boxes of a form once, and read them on every sheet."""

from __future__ import annotations

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.batches.memory import MemoryStore
from digitnet.batches.read_sheets import join_results
from digitnet.batches.reader import BatchReader, SheetFile
from digitnet.batches.records import Batch
from digitnet.batches.results import SheetResult
from digitnet.batches.store import BatchStore
from digitnet.forms.template import Template, check_size, to_json
from digitnet.forms.worker_tasks import open_template
from digitnet.workers.pool import run_in_worker
from pages.components import paste_button
from pages.components.tab_key import recognize_tab
from pages.form import current_batch, editor, kept_form, kept_templates, results
from pages.shared import consent, feedback, formatting, held_files, intake, layout, own_files, user_batches
from pages.shared.own_files import OwnFiles
from pages.sheets import batch_readers, chosen_form, sheet_results
from pages.sheets.chosen_form import ChosenForm

_STYLE = """
.st-key-form-sheet { max-width: 760px; }
.st-key-form-sheet :is(.stElementContainer, .stBidiComponent) { width: 100% !important; max-width: none; }
.st-key-form-sheet-frame { display: none; }
.st-key-forms h2, .st-key-forms h3 { font-size: 1.2rem; padding-top: 0.5rem; }
"""


def main() -> None:
    """Show the page."""
    layout.start_page("forms.py", _STYLE)
    recognize_tab()
    kept_form.restore()
    with st.container(key="forms"):
        st.title("Forms")
        if chosen := chosen_form.get():
            show_template(chosen.form)
            read_sheets(chosen)
        else:
            choose_template()
    kept_form.keep()


def choose_template() -> None:
    """Ask for a sheet to draw a template on, or for a template."""
    st.markdown("Draw the boxes of a form once; digitnet finds them on every other sheet and makes each sheet a row.")
    with feedback.show_errors():
        kept_templates.show_kept(user_batches.open_batches())
    label = "One sheet of the form, empty if you have one"
    with st.container(key="form-first-sheet"):
        sheet = st.file_uploader(label, list(intake.PAGE_TYPES), key="form-sheet-file")
        paste_button.show("form-first-sheet")
    with feedback.show_errors():
        if sheet is not None:
            editor.start_draft(sheet.name, sheet.getvalue())
            held_files.report("draft", {sheet.file_id: sheet.size})
        if draft := editor.get_draft():
            if sheet is None:  # It is from before a reload, or a visit to another page.
                icon = ":material/close:"
                st.button("Remove this sheet", icon=icon, on_click=editor.set_draft, args=(None,), type="tertiary")
            editor.show_editor(draft)
    if not editor.get_draft():
        open_template_file()


def open_template_file() -> None:
    """Ask for the file of a template, and use it."""
    opened = st.file_uploader("Or a template that you have (JSON)", ["json"], key="form-template-file")
    if opened is not None:
        with feedback.show_errors():
            held_files.report("template", {opened.file_id: opened.size})
            check_size(opened.size)
            get_spending().count_look()
            template = run_in_worker(open_template, opened.getvalue(), subject="The template")
            chosen_form.choose(to_json(template))
            st.rerun()


def show_template(template: Template) -> None:
    """Show the name of the template, and offer to keep it, to save it or to take another."""
    names = ", ".join(field.name for field in template.fields)
    count = formatting.format_count(len(template.fields), "field")
    st.markdown(f"**{formatting.escape_markdown(template.name)}**: {count} ({formatting.escape_markdown(names)})")
    if filled := [field.name for field in template.fields if field.is_filled]:
        names = formatting.escape_markdown(", ".join(filled))
        st.caption(f"Filled on its own sheet: {names}. An empty sheet gives better readings.")
    with st.container(horizontal=True, vertical_alignment="center"):
        kept_templates.show_saving(template)
        text = to_json(template)
        feedback.show_download("Save the template (JSON)", text, "form.json", "application/json", "save")
        st.button("Another template", icon=":material/close:", on_click=chosen_form.forget, type="tertiary")


def read_sheets(chosen: ChosenForm) -> None:
    """Ask for filled sheets, read them, and show what stands in them."""
    own = own_files.get_own_files("sheets")
    files = choose_sheets(own)
    with feedback.show_errors():
        consent.ask("forms", is_batch=True)
        store = current_batch.find_store(chosen)
        batch = current_batch.get_batch(chosen, store, begins=bool(files))
        if store:
            current_batch.choose_keeping(batch, store)
        if batch is None:
            return
        place = current_batch.get_store(batch, store)
        show_batch(batch, chosen, own, is_kept=store is not None)
        reader = batch_readers.get_reader(batch, place)
        kept = batch_readers.list_kept_files(batch, store) if store else []
        show_results(batch, place, reader, [*kept, *files])


def show_batch(batch: Batch, chosen: ChosenForm, own: OwnFiles, *, is_kept: bool) -> None:
    """Say into which batch the sheets are read, and offer to begin another."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_kept:
            st.markdown(f"Kept as **{formatting.escape_markdown(batch.name)}**", width="content")
            st.page_link("pages/batches.py", label="Batches", icon=":material/inventory_2:")
        else:
            st.caption("These sheets are not kept: they are gone when this tab is closed or reloaded.", width="content")
        st.button("New batch", icon=":material/add:", on_click=start_anew, args=(chosen, own), type="tertiary")


def start_anew(chosen: ChosenForm, own: OwnFiles) -> None:
    """Begin another batch without the sheets of this one."""
    chosen.begin_batch()
    own.remove_all()


def choose_sheets(own: OwnFiles) -> list[SheetFile]:
    """Show the ways to add sheets, and return all of this tab, the earliest first."""
    with st.container(key="form-sheets"):
        intake.show_uploader(own, "Filled sheets: photos, scans, PDF or ZIP", "form-sheets")
        with st.container(horizontal=True, vertical_alignment="center"):
            paste_button.show("form-sheets")
            folder = intake.show_folder_toggle(own)
            if own.earlier:
                st.caption(f"With {len(own.earlier)} from before", width="content")
        intake.show_folder(own, "form-sheets", is_on=folder)
    intake.show_notes(own)
    own_files.hold_to_quotas(own, "sheets")
    return [SheetFile(name, file.sha256, file.get_content) for file, name, _ in own_files.name_files(own.files)]


def show_results(batch: Batch, store: BatchStore | MemoryStore, reader: BatchReader, files: list[SheetFile]) -> None:
    """Read sheets, and show what was read."""

    def show(is_reading: bool) -> None:
        found = list_results(batch, store, reader)
        if not is_reading:
            sheet_results.explain_waiting(batch, reader.count_left())
        sheet_results.show_downloads(batch, found, disabled=is_reading)
        sheet_results.show_table(batch, found)
        sheet_results.show_errors(found)

    if not batch_readers.follow(reader, files, show):
        results.show_doubts(list_results(batch, store, reader), store, batch.id)


def list_results(batch: Batch, store: BatchStore | MemoryStore, reader: BatchReader) -> list[SheetResult]:
    """Return the sheets of a batch as far as they were read, with what was decided."""
    return join_results(batch, reader.sheets.find(), store.numbers.list_decisions(batch.id))


main()
