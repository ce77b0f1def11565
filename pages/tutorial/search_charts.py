"""Plot a search: a line for each trial through its values to its result, and how much each setting matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from digitnet.tuning.dimensions import Choice, Dimension, format_value
from digitnet.tuning.searched_settings import get_label
from digitnet.tuning.settings import ACCURACY, SearchSettings
from digitnet.tuning.trial_records import DONE, TrialRecord
from digitnet.tuning.trial_table import OBJECTIVE_LABELS, format_objective
from pages.shared.evaluation_charts import COLORS, GRAY, PADDING, TEXT_COLOR

_HEIGHT = 320  # Pixels.
_BAR_HEIGHT = 30
_MAX_TICKS = 6  # Values of a list that are written beside its axis.
_BEST, _OTHER, _UNFINISHED = "best", "done", "stopped early or running"
_KINDS = {_BEST: COLORS[1], _OTHER: COLORS[0], _UNFINISHED: GRAY}


def plot_trials(
    settings: SearchSettings, records: Sequence[TrialRecord], best: TrialRecord | None
) -> alt.LayerChart | None:
    """Plot parallel coordinates: an axis for each setting, and the result as the last, better ones above.

    Returns:
        None without results.
    """
    known = [record for record in records if record.value is not None]
    if not known:
        return None
    space, result = settings.dimensions, OBJECTIVE_LABELS[settings.objective]
    values = [record.value or 0.0 for record in known]
    ends = (min(values), max(values)) if settings.is_maximized else (max(values), min(values))
    rows = []
    for record in known:
        kind = _BEST if best and record.number == best.number else _OTHER if record.state == DONE else _UNFINISHED
        places = {get_label(name): space[name].find_place(value) for name, value in record.values.items()}
        places[result] = _find_share(record.value or 0.0, *ends)
        texts = {get_label(name): format_value(value) for name, value in record.values.items()}
        texts[result] = format_objective(settings, record)
        trial = {"trial": record.number, "kind": kind, "result": texts[result]}
        rows += [{**trial, "axis": axis, "place": places[axis], "value": texts[axis]} for axis in places]
    axes = [*map(get_label, space), result]
    ticks = [{"axis": get_label(name), **tick} for name in space for tick in _list_ticks(space[name])]
    shown = "{:.2%}" if settings.objective == ACCURACY else "{:.4f}"
    ticks += [{"axis": result, "place": float(place), "text": shown.format(ends[place])} for place in (0, 1)]
    return _layer(pd.DataFrame(rows), pd.DataFrame(ticks), axes)


def plot_importance(importance: dict[str, float]) -> alt.LayerChart:
    """Plot a bar for the share of each setting, the largest above."""
    rows = pd.DataFrame([{"setting": get_label(name), "share": share} for name, share in importance.items()])
    base = alt.Chart(rows, height=_BAR_HEIGHT * len(rows)).encode(
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.1])),
        y=alt.Y("setting:N", title=None, sort="-x", axis=alt.Axis(ticks=False, domain=False, labelLimit=160)),
        tooltip=[alt.Tooltip("setting:N", title="Setting"), alt.Tooltip("share:Q", title="Share", format=".1%")],
    )
    labels = base.mark_text(align="left", dx=5, color=TEXT_COLOR).encode(text=alt.Text("share:Q", format=".0%"))
    return (base.mark_bar(color=COLORS[0], height=16) + labels).properties(padding=PADDING)


def _layer(rows: pd.DataFrame, ticks: pd.DataFrame, axes: list[str]) -> alt.LayerChart:
    axis = alt.Axis(labelAngle=0, labelExpr="split(datum.label, ' ')", grid=True, domain=False, ticks=False)
    x = alt.X("axis:N", title=None, sort=axes, axis=axis, scale=alt.Scale(padding=0.5))
    y = alt.Y("place:Q", title=None, axis=None, scale=alt.Scale(domain=[-0.05, 1.05], nice=False))
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(_KINDS), range=list(_KINDS.values())),
        legend=alt.Legend(title=None, orient="top"),
    )
    tooltip: list[Any] = [
        alt.Tooltip("trial:O", title="Trial"),
        alt.Tooltip("axis:N", title="Setting"),
        alt.Tooltip("value:N", title="Value"),
        alt.Tooltip("result:N", title="Result"),
    ]
    base = alt.Chart(rows, height=_HEIGHT).encode(x=x, y=y, color=color, detail="trial:N", tooltip=tooltip)
    is_best = f"datum.kind === '{_BEST}'"
    lines = base.mark_line().encode(
        opacity=alt.condition(is_best, alt.value(1), alt.value(0.55)),
        strokeWidth=alt.condition(is_best, alt.value(3), alt.value(1.25)),
    )
    points = base.mark_point(filled=True, size=36, opacity=0.9)
    texts = alt.Chart(ticks).mark_text(align="left", dx=6, fontSize=11, color=TEXT_COLOR, opacity=0.85)
    texts = texts.encode(x=x, y=y, text="text:N")
    return (lines + points + texts).properties(padding=PADDING)


def _list_ticks(dimension: Dimension) -> list[dict[str, Any]]:
    """Return places and texts of the values that are written beside an axis: the ends, or all of a short list."""
    if isinstance(dimension, Choice) and len(dimension.values) <= _MAX_TICKS:
        values = list(dimension.values)
    else:
        values = (
            [dimension.values[0], dimension.values[-1]]
            if isinstance(dimension, Choice)
            else [
                dimension.low,
                dimension.last,
            ]
        )
    return [{"place": dimension.find_place(value), "text": format_value(value)} for value in values]


def _find_share(value: float, worst: float, best: float) -> float:
    return (value - worst) / (best - worst) if best != worst else 0.5
