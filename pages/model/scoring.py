"""Score one model or two on the user's own pictures, whose numbers are known."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from digitnet.errors import DigitnetError
from digitnet.models.active import get_active_model
from digitnet.models.card import Card
from digitnet.reading.hints import Hints
from digitnet.scoring.error_pictures import MAX_SHOWN, draw_sheet, to_png_file
from digitnet.scoring.labels import LABELS_FILE, Labels, label_files
from digitnet.scoring.outcome import Outcome, PictureScore, list_differences, sum_up
from digitnet.scoring.picture_scoring import ScoringSettings
from digitnet.scoring.score_export import describe_sides, list_figures, list_wrong, to_score_csv
from pages.model.scoring_job import ScoringJob
from pages.shared import expectation_choice, feedback, formatting, intake, own_files, remembered

STYLE = """
.readings { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.6rem; }
.readings figure { margin: 0; padding: 0.4rem; border: 2px solid #7d7d7d66; border-radius: 0.5rem; }
.readings figure.sure { border: 2px dashed #cf222e; background: #cf222e22; }
.readings img { width: 100%; height: 5rem; object-fit: contain; background: #fff; border-radius: 0.3rem; }
.readings figcaption { font-size: 0.875rem; line-height: 1.35; overflow-wrap: anywhere; }
"""
_MAX_MODELS = 2
_LOOK_SECONDS = 1.0  # How often what was read meanwhile is shown.
_SHOWN = 60  # Wrong readings that are shown as pictures.
_TABLE, _JOB = "scored_table", "scoring_job"
_HELP = (
    f"A table {LABELS_FILE} has the columns file and number. Several numbers of a picture have spaces between them, or "
    "a line each. Without a table, pictures are named by what they hold: 12.50.jpg, 3141_2.png."
)


def show_scoring(cards: list[Card]) -> None:
    """Show the choice of pictures and models, and what came of them."""
    st.markdown(
        "How well does a model read *your* pictures? Add some whose numbers you know, and a table of these "
        f"(`{LABELS_FILE}` with the columns `file` and `number`), or name each picture by what it holds: `12.50.jpg`."
    )
    labels = choose_pictures()
    names = [card.name for card in cards]
    models = remembered.show(
        st.multiselect,
        "One model, or two side by side",
        names,
        name="scored_models",
        default=[get_active_model()] if get_active_model() in names else names[:1],
        max_selections=_MAX_MODELS,
    )
    expectation_choice.show("scored_expect", "What each number is")
    count = len(labels.pictures)
    label = f"Score {formatting.format_count(count, 'picture')}" if count else "Score"
    job: ScoringJob | None = st.session_state.get(_JOB)
    is_running = job is not None and job.is_running
    st.button(
        label,
        type="primary",
        icon=":material/target:",
        key="score",
        disabled=not (count and models) or is_running,
        on_click=partial(_start, labels, list(models)),
    )
    if job:
        show_job(job)


def choose_pictures() -> Labels:
    """Show the uploaders of pictures and of their table, and return the pictures whose numbers are known."""
    own = own_files.get_own_files("scored")
    with st.container(key="scored-files"):
        intake.show_uploader(own, "Pictures whose numbers are known: photos, scans, PDF or ZIP", "scored")
        place = f"scored-table-{own.visit}-{own.clearings}"
        table = st.file_uploader(f"Their numbers: {LABELS_FILE}", ["csv"], key=place, help=_HELP)
    if table is not None:
        st.session_state[_TABLE] = table.getvalue()
    elif st.session_state.get("scored_table_place") == place:
        st.session_state.pop(_TABLE, None)  # It was taken out of the uploader.
    st.session_state["scored_table_place"] = place if table is not None else ""
    if own.earlier:
        with st.container(horizontal=True, vertical_alignment="center"):
            known = f" and {LABELS_FILE}" if table is None and _TABLE in st.session_state else ""
            text = f"With {formatting.format_count(len(own.earlier), 'picture')}{known} from before"
            st.caption(text, width="content")
            st.button("Remove all", icon=":material/delete:", on_click=_remove_all, args=(own,), type="tertiary")
    intake.show_notes(own)
    own_files.hold_to_quotas(own, "pictures")
    if not own.files:
        return Labels(())
    files, problems = name_pictures(own.files)
    try:
        labels = label_files(files, st.session_state.get(_TABLE))
    except DigitnetError as error:
        labels = Labels((), (str(error),))
    labels = replace(labels, problems=(*problems, *labels.problems))
    if labels.problems:
        st.warning("  \n".join(map(formatting.escape_markdown, labels.problems)), icon=":material/warning:")
    return labels


def name_pictures(files: Sequence[own_files.File]) -> tuple[dict[str, bytes], list[str]]:
    """Return the contents of files by their names without ZIP files and folders, and a sentence for each problem.

    Nobody can tell which of several files a table means that have one name, so all of them are left out.
    """
    named: dict[str, dict[str, bytes]] = {}
    for file in files:
        name = file.name.rpartition(" / ")[2].rpartition("/")[2]
        named.setdefault(name, {})[file.digest] = file.content
    shared = [
        f"{len(contents)} pictures are called {name}, so they are left out: give each a name of its own."
        for name, contents in named.items()
        if len(contents) > 1
    ]
    alone = {name: content for name, contents in named.items() if len(contents) == 1 for content in contents.values()}
    return alone, shared


def _remove_all(own: own_files.OwnFiles) -> None:
    own.remove_all()
    st.session_state.pop(_TABLE, None)


def _start(labels: Labels, models: list[str]) -> None:
    """Start to score."""
    if job := st.session_state.get(_JOB):
        job.stop()
    settings = ScoringSettings(Hints(expect=expectation_choice.get("scored_expect")))
    st.session_state[_JOB] = ScoringJob(labels.pictures, models, settings)


def show_job(job: ScoringJob) -> None:
    """Show how far the scoring is, and then what came of it."""

    @st.fragment(run_every=_LOOK_SECONDS)
    def show_progress() -> None:
        if not job.is_running:
            st.rerun()
        share, text = job.measure_progress()
        st.progress(share, f"Reading {text}")
        st.button("Stop", icon=":material/stop:", on_click=job.stop, key="stop-scoring")

    if job.is_running:
        show_progress()
        return
    if job.error:
        st.error(formatting.escape_markdown(job.error), icon=":material/error:")
    scores = job.list_scores()
    count = len(next(iter(scores.values())))
    if job.is_stopped:
        st.info(f"Stopped: these are the first {formatting.format_count(count, 'picture')}.", icon=":material/stop:")
    if count:
        show_results(scores)


def show_results(scores: dict[str, list[PictureScore]]) -> None:
    """Show the figures of each model, the wrong readings as pictures, and downloads."""
    figures = {model: list_figures(sum_up(each)) for model, each in scores.items()}
    rows = [[name.capitalize(), *(each[name] for each in figures.values())] for name in next(iter(figures.values()))]
    table = pd.DataFrame(rows, columns=["Figure", *scores])
    st.dataframe(table, hide_index=True, key="scores", alt="How well each model reads these pictures")
    first, *others = scores.values()
    if others:
        st.markdown(formatting.escape_markdown(describe_sides(scores)))
        names = list(scores)
        different = [
            (each.name, outcome, model)
            for each in list_differences(first, others[0])
            for outcome, model in ((each.first, names[0]), (each.second, names[1]))
            if not outcome.is_exact
        ]
        show_wrong("Wrong with one model alone", different)
    else:
        show_wrong("Wrong", [(*each, "") for each in list_wrong(first)])
    wrong = [each for scored in scores.values() for each in list_wrong(scored)]
    with st.container(horizontal=True):
        text = to_score_csv(scores)
        feedback.show_download("Download all readings (CSV)", text, "scores.csv", "text/csv", "table")
        if wrong:
            make = partial(_make_sheet, wrong)
            feedback.show_download("Download wrong ones (PNG)", make, "wrong.png", "image/png", "image")


def show_wrong(title: str, wrong: list[tuple[str, Outcome, str]]) -> None:
    """Show wrong readings as pictures: what is right, and what was read, by which model."""
    if not wrong:
        st.success("Nothing is wrong here.", icon=":material/check:")
        return
    st.subheader(f"{title}: {len(wrong):,}", anchor=False)
    st.caption("A dashed red frame: wrong without a doubt.")
    figures = "".join(_render(*each) for each in wrong[:_SHOWN])
    st.html(f'<style>{STYLE}</style><div class="readings" role="list">{figures}</div>')
    if len(wrong) > _SHOWN:
        st.caption(f"{len(wrong) - _SHOWN:,} more are in the downloads.")


def _render(name: str, outcome: Outcome, model: str) -> str:
    """Return a wrong reading as HTML."""
    read = html.escape(outcome.text or "nothing")
    caption = f"{html.escape(outcome.truth or 'empty')} ✗ <b>{read}</b> {outcome.confidence:.0%}"
    caption += f" by {html.escape(model)}" if model else ""
    picture = f'<img src="{formatting.to_data_url(outcome.picture)}" alt="">' if outcome.picture else ""
    frame = ' class="sure"' if outcome.is_accepted else ""
    return (
        f'<figure role="listitem"{frame}>{picture}<figcaption>{caption}<br><small>{html.escape(name)}</small>'
        "</figcaption></figure>"
    )


def _make_sheet(wrong: list[tuple[str, Outcome]]) -> bytes:
    return to_png_file(draw_sheet(wrong[:MAX_SHOWN]))
