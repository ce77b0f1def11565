"""The Models page: what there is, which is in use, how well each reads, and models from and to files."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import streamlit as st

from digitnet import DigitnetError, paths, store, transfer
from digitnet.cards import Card, describe_network, describe_settings, describe_training, read_card
from digitnet.runs import read_rows
from pages import charts, findings, model_view, parts

ONE, COMPARE, ADD = "One model", "Compare", "Add from a file"
STYLE = (
    ".st-key-models h1 { padding-top: 0; } .st-key-models h2 { font-size: 1.75rem; } "
    ".st-key-models h3 { font-size: 1.35rem; }" + model_view.STYLE
)


def main() -> None:
    """Show the page."""
    parts.begin("models.py", STYLE)
    show_added()
    parts.tell()
    with st.container(key="models"):
        st.title("Models")
        cards = [read_card(name) for name in store.list_models()]
        if cards:
            show_active()
            show_table(cards)
        else:
            st.info("There are no models yet: train one, or add one from a file.", icon=":material/model_training:")
        views = [ONE, COMPARE, ADD] if cards else [ADD]
        view = st.segmented_control("Show", views, default=views[0], required=True, key="view")
        if view == ONE and cards:
            show_one(cards)
        elif view == COMPARE and cards:
            show_comparison(cards)
        else:
            show_upload()


def show_added() -> None:
    """Choose a model that was just added."""
    if added := st.session_state.pop("added", ""):
        st.session_state.detail, st.session_state.view = added, ONE


def show_active() -> None:
    """Say which model is in use and offer the one before."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"In use: **{parts.plain(store.active_model())}**", width="content")
        parts.offer_previous("top")
    parts.tell_problem("top")


def show_table(cards: list[Card]) -> None:
    """Show all models, or those that the filter leaves."""
    shown = filtered(cards)
    if not shown:
        st.info("No model fits the filter.", icon=":material/filter_alt_off:")
        return
    active = store.active_model()
    st.session_state.shown = [card.name for card in shown]
    st.dataframe(
        pd.DataFrame([to_row(card, active) for card in shown]),
        hide_index=True,
        column_config=COLUMNS,
        on_select=pick,
        selection_mode="single-row",
        key="table",
        alt="All models with recipe, network, size, accuracy, training and note",
    )


def filtered(cards: list[Card]) -> list[Card]:
    """Show the filter and return the cards that it leaves."""
    recipes = sorted({card.recipe for card in cards} - {""})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Filter", key="filter", placeholder="Name, recipe or note", icon=":material/search:")
        chosen = st.multiselect("Recipes", recipes, key="recipes", placeholder="All recipes")
    words = text.casefold().split()
    return [
        card
        for card in cards
        if all(word in f"{card.name} {card.recipe} {card.note}".casefold() for word in words)
        and (not chosen or card.recipe in chosen)
    ]


def to_row(card: Card, active: str) -> dict[str, Any]:
    """Return a line of the table."""
    return {
        "Model": f"{card.name} (in use)" if card.name == active else card.name,
        "Recipe": card.recipe,
        "Test accuracy": None if card.accuracy is None else 100 * card.accuracy,
        "Size": None if card.size is None else card.size / 1000,
        "Parameters": card.parameters,
        "Training time": None if card.seconds is None else pd.Timedelta(round(card.seconds), "s"),
        "Made": card.date,
        "Note": card.note or card.problem,
        "Network": describe_network(card),
        "Settings": describe_training(card),
    }


def pick() -> None:
    """Show the model whose line was clicked."""
    if rows := st.session_state.table.selection.rows:
        st.session_state.detail = st.session_state.shown[rows[0]]
        st.session_state.view = ONE


def show_one(cards: list[Card]) -> None:
    """Show a model with all that can be done with it."""
    names = [card.name for card in cards]
    if st.session_state.get("detail") not in names:
        st.session_state.detail = store.active_model()
    name = st.selectbox("Model", names, key="detail")
    card = cards[names.index(name)]
    st.header(parts.plain(name), anchor=False)
    if card.problem:
        st.error(parts.plain(card.problem), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        in_use = name == store.active_model()
        label = "In use" if in_use else "Use this model"
        icon = ":material/check:" if in_use else ":material/play_arrow:"
        st.button(
            label,
            icon=icon,
            type="primary",
            disabled=in_use or bool(card.problem),
            on_click=use_chosen,
            key="use",
        )
        show_downloads(name)
    parts.tell_problem("one")
    model_view.show_card(card)
    findings.show(read_rows(paths.models_dir() / name / store.HISTORY))
    show_changes(card)
    if not card.problem:
        model_view.show_measured(card)


def use_chosen() -> None:
    """Put the model to use that is chosen now; the page may still show the one before."""
    parts.use(st.session_state.detail, "one")


@st.cache_data(max_entries=4, show_spinner=False)
def packed(name: str, version: tuple[int, str]) -> bytes:
    """Return the model as a zip file, made anew when its card was rewritten."""
    return transfer.to_zip(name)


def show_downloads(name: str) -> None:
    """Offer the model as one zip file, and its files one by one."""
    try:
        folder = store.model_dir(name)
        version = ((folder / store.CARD).stat().st_mtime_ns, str(folder))
        parts.download("All as zip", packed(name, version), f"digitnet-{name}.zip", "application/zip", "folder_zip")
        with st.popover("Single files", icon=":material/download:"):
            for file, (label, ending, mime) in SINGLE.items():
                if (folder / file).is_file():
                    content = (folder / file).read_bytes()
                    parts.download(label, content, f"digitnet-{name}{ending}", mime, "download")
    except DigitnetError as error:
        st.error(parts.plain(str(error)), icon=":material/error:")
    except OSError:
        st.error("The files of this model cannot be read.", icon=":material/error:")


def show_changes(card: Card) -> None:
    """Offer another name, a note and to delete, or say why not."""
    name = card.name
    with st.expander("Name, note, delete", icon=":material/edit:"):
        parts.tell_problem("changes")
        if name in store.SHIPPED:
            st.markdown("This model ships with digitnet: it keeps its name and cannot be deleted.")
            return
        with st.form(f"rename-{name}", border=False):
            st.text_input("Name", name, key=f"new-{name}", max_chars=64)
            st.form_submit_button("Rename", icon=":material/edit:", on_click=rename, args=(name,))
        with st.form(f"note-{name}", border=False):
            st.text_area("Note", card.note, key=f"text-{name}", max_chars=store.LONGEST_NOTE, height=80)
            st.form_submit_button("Save note", icon=":material/save:", on_click=note, args=(name,))
        if name == store.active_model():
            st.caption("This model is in use and cannot be deleted; use another one first.")
        elif st.button("Delete...", icon=":material/delete:", key="delete"):
            confirm(name)


def rename(name: str) -> None:
    """Give a model the name that was typed."""
    new = st.session_state[f"new-{name}"].strip()
    if new != name and parts.attempt(
        f"{parts.plain(name)} is called {parts.plain(new)} now.", store.rename, name, new, place="changes"
    ):
        st.session_state.detail = new


def note(name: str) -> None:
    """Keep the note that was typed."""
    parts.attempt("The note is saved.", store.set_note, name, st.session_state[f"text-{name}"], place="changes")


@st.dialog("Delete this model?", icon=":material/delete:")
def confirm(name: str) -> None:
    """Ask once more before a model is deleted."""
    st.markdown(f"**{parts.plain(name)}** cannot be brought back. Download it first if you may want it again.")
    with st.container(horizontal=True):
        if st.button("Keep", key="keep", icon=":material/close:"):
            st.rerun()
        icon = ":material/delete_forever:"
        if st.button("Delete for good", key="really", type="primary", icon=icon, on_click=delete, args=(name,)):
            st.rerun()


def delete(name: str) -> None:
    """Delete a model, as was confirmed."""
    parts.attempt(f"{parts.plain(name)} is deleted.", store.delete, name, place="changes")


def show_comparison(cards: list[Card]) -> None:
    """Show the courses of training of several models over each other, and what differs between them."""
    names = [card.name for card in cards]
    chosen = st.multiselect("Models to compare", names, default=names[:2], key="compared")
    if not chosen:
        st.info("Choose two models or more.", icon=":material/compare_arrows:")
        return
    history = charts.history_frame(chosen)
    if len(history):
        for column, measure in zip(st.columns(2), ("accuracy", "loss"), strict=True):
            said = f"{measure.capitalize()} of {', '.join(chosen)} over the epochs of training"
            column.subheader(measure.capitalize(), anchor=False)
            column.altair_chart(charts.curves(history, measure), alt=said)
    if without := [name for name in chosen if name not in set(history["run"])]:
        st.caption(f"No course of training is kept of: {parts.plain(', '.join(without))}")
    st.subheader("What differs", anchor=False)
    st.dataframe(
        differences([card for card in cards if card.name in chosen]),
        hide_index=True,
        column_config={"Model": COLUMNS["Model"]},
        alt="Settings that differ",
    )


def differences(cards: list[Card]) -> pd.DataFrame:
    """Return a line for each model: how well it reads, and those settings that are not the same for all."""
    rows = [{"Test accuracy": accuracy(card)} | describe_settings(card) for card in cards]
    labels = dict.fromkeys(label for row in rows for label in row)
    kept = [label for label in labels if label == "Test accuracy" or len({row.get(label) for row in rows}) > 1]
    lines = [[card.name, *(row.get(label, "") for label in kept)] for card, row in zip(cards, rows, strict=True)]
    return pd.DataFrame(lines, columns=["Model", *(label.capitalize() for label in kept)])


def accuracy(card: Card) -> str:
    """Return "99.62% of 10,000"."""
    if card.accuracy is None:
        return ""
    return f"{card.accuracy:.2%}" + (f" of {card.test_digits:,}" if card.test_digits else "")


def show_upload() -> None:
    """Take in a model from a file."""
    number = st.session_state.setdefault("uploads_taken", 0)
    file = st.file_uploader(
        "A model as zip file from this page, or a .keras file",
        ["zip", "keras"],
        key=f"model-file-{number}",
        help="The network takes pictures of 28 x 28 pixels, ink 1 on 0, and gives ten probabilities.",
    )
    st.caption("A file is checked before it is used, and measured on the 10,000 test digits: some ten seconds.")
    if not file:
        return
    content = file.getvalue()
    try:
        package = transfer.inspect(content)
    except DigitnetError as error:
        st.error(parts.plain(str(error)), icon=":material/error:")
        return
    stem = re.sub(r"^digitnet-|\.[^.]*$", "", file.name)
    proposed = store.free_name(package.name if package.name != transfer.UNNAMED else transfer.as_name(stem))
    name = st.text_input("Name", proposed, key=f"name-of-{file.file_id}", max_chars=64)
    if st.button("Check and add", type="primary", icon=":material/add:", key="add"):
        add(content, name.strip())


def add(content: bytes, name: str) -> None:
    """Check an uploaded model and show it, or say why it was refused."""
    try:
        with st.spinner("Checking and measuring the model, some ten seconds...", show_time=True):
            transfer.take_in(content, name)
    except DigitnetError as error:
        st.error(parts.plain(str(error)), icon=":material/error:")
        return
    st.session_state.done = f"{parts.plain(name)} is added: {accuracy(read_card(name))} test digits right."
    st.session_state.uploads_taken += 1
    st.session_state.added = name
    st.rerun()


SINGLE = {
    store.KERAS: ("Keras network", ".keras", "application/octet-stream"),
    store.TFLITE: ("LiteRT network", ".tflite", "application/octet-stream"),
    store.CARD: ("Card (JSON)", ".json", "application/json"),
    store.HISTORY: ("Course of training (CSV)", ".csv", "text/csv"),
}
COLUMNS: dict[str, Any] = {
    "Model": st.column_config.TextColumn(pinned=True, width=140),
    "Test accuracy": st.column_config.NumberColumn(format="%.2f%%", help="Share of the test digits read right"),
    "Size": st.column_config.NumberColumn(format="%,.0f kB", help="Of the network that reads the digits"),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "Training time": st.column_config.NumberColumn(format="localized"),
    "Note": st.column_config.TextColumn(width=140),
    "Network": st.column_config.TextColumn(width="medium"),
    "Settings": st.column_config.TextColumn(width="medium"),
}

main()
