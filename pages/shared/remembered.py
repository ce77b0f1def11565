"""Remember the choices of a tab, also while their widgets are not on the page.

Streamlit drops the value of a widget when a run leaves it out, and starts every widget anew on another page. So a
choice lives in the session state under its name, which no widget has as its key. A widget starts with this value, and
the first to ask for the choice takes over what the user has changed since.

A widget gets a new key on each visit to a page, and when its choice or the choice's label is changed otherwise. A
browser may still show the earlier widget and send its value; that value belongs to no choice any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

_STATE = "remembered"
# The parameter that a widget starts with; that of all others is `value`.
_START_PARAMETERS = {
    "selectbox": "index",
    "radio": "index",
    "multiselect": "default",
    "pills": "default",
    "segmented_control": "default",
    "pagination": "default",
}
_EMPTY = (None, ())
_WITH_OPTIONS = {"selectbox", "radio", "multiselect", "pills", "segmented_control"}


@dataclass
class _Widget:
    """A widget on the current page.

    Attributes:
        key: its key.
        value: the value that it showed last.
        labels: the label of each option.
        is_open: whether the user can choose anything else than an option.
    """

    key: str
    value: Any
    labels: dict[Any, str]
    is_open: bool

    def can_have(self, value: Any) -> bool:
        """Return whether the user can have chosen `value`."""
        return self.is_open or all(item in self.labels for item in _list_chosen(value))

    def can_show(self, value: Any, labels: dict[Any, str]) -> bool:
        """Return whether it shows `value` under the same labels."""
        return all(self.labels.get(item, label) == label for item in _list_chosen(value) if (label := labels.get(item)))


@dataclass
class _Widgets:
    """The widgets of a tab.

    Attributes:
        page: name of the current page.
        visits: number of visits to pages so far.
        shown: widgets on this page, by the names of their choices.
        used: number of keys that widgets have had, by the names of their choices.
    """

    page: str = ""
    visits: int = 0
    shown: dict[str, _Widget] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)


def start_page(page: str) -> None:
    """Take over all choices that were just made, and start a visit if `page` is another one."""
    widgets = _get_widgets()
    for name in widgets.shown:
        _take_over(name)
    if page != widgets.page:
        widgets.page, widgets.shown = page, {}
        widgets.visits += 1


def count_visits() -> int:
    """Return the number of visits to pages in this tab, the current one included."""
    return _get_widgets().visits


def get(name: str, default: Any = None) -> Any:
    """Return the choice `name`, or `default` if there is none."""
    _take_over(name)
    return st.session_state.get(name, default)


def put(name: str, value: Any) -> None:
    """Change the choice `name` to `value`."""
    _take_over(name)
    st.session_state[name] = value


def forget(name: str) -> None:
    """Remove the choice `name`."""
    _take_over(name)
    if name in st.session_state:
        del st.session_state[name]


def show(
    widget: Callable[..., Any],
    *args: Any,
    name: str,
    default: Any = None,
    on_change: Callable[[], object] | None = None,
    **settings: Any,
) -> Any:
    """Show a widget that makes the choice `name`, and return its value.

    A choice that is no option any more stays remembered, and `default` is shown.

    Args:
        widget: a Streamlit input, such as `st.slider`.
        args, settings: its arguments, without its key and the value that it starts with.
        name: name of the choice.
        default: value if nothing was chosen.
        on_change: function to call when the user has changed the choice.
    """
    kind, widgets, state = getattr(widget, "__name__", ""), _get_widgets(), st.session_state
    options = list(args[1]) if kind in _WITH_OPTIONS else None
    value = _fit(get(name, default), options, default)
    format_option = settings.get("format_func", str)
    labels = {option: format_option(option) for option in options or []}
    shown = widgets.shown.get(name)
    is_new = shown is None or shown.key not in state or state[shown.key] != value or not shown.can_show(value, labels)
    widgets.used[name] += is_new
    key = f"{name}-{widgets.used[name]}"
    start = value
    if default in _EMPTY:  # A user can only empty a widget that has started empty.
        start = default
        if is_new and value not in _EMPTY:
            state[key] = value
    parameter = _START_PARAMETERS.get(kind, "value")
    if parameter == "index" and options is not None and start is not None:
        start = options.index(start)
    settings |= {parameter: start, "on_change": _change, "args": (name, on_change)}
    chosen = widget(*args, key=key, **settings)
    is_open = options is None or settings.get("accept_new_options", False)
    widgets.shown[name] = _Widget(key, chosen, labels, is_open)
    return chosen


def show_expander(label: str, *, name: str, **settings: Any) -> ExpanderContainer:
    """Return an expander; whether it is open is the choice `name`, at first no.

    Args:
        settings: further arguments of `st.expander`.
    """
    opened: list[ExpanderContainer] = []

    def expander(label: str, *, value: bool, key: str, **callback: Any) -> bool:
        # Its start is part of an expander's identity, and so it must not change while the user opens and closes it.
        st.session_state.setdefault(key, value)
        opened.append(st.expander(label, key=key, **callback, **settings))
        return bool(opened[0].open)

    show(expander, label, name=name, default=False)
    return opened[0]


def _get_widgets() -> _Widgets:
    widgets: _Widgets = st.session_state.setdefault(_STATE, _Widgets())
    return widgets


def _change(name: str, then: Callable[[], object] | None) -> None:
    """Take over a choice before the page or its part runs again, and call `then`.

    Streamlit may stop this when the browser sends its next message; whoever asks for the choice then takes it over.
    """
    _take_over(name)
    if then:
        then()


def _take_over(name: str) -> None:
    """Take over the value of the widget for `name`, if the user has changed it."""
    state, widget = st.session_state, _get_widgets().shown.get(name)
    if widget is None or widget.key not in state:
        return
    value = state[widget.key]
    if value != widget.value and widget.can_have(value):
        state[name] = widget.value = value


def _fit(value: Any, options: list[Any] | None, default: Any) -> Any:
    """Return `value` without anything that is no option; `default` if nothing is left of it."""
    if options is None or value is None:
        return value
    if isinstance(value, list):
        return [item for item in value if item in options]
    return value if value in options else default


def _list_chosen(value: Any) -> list[Any]:
    """Return the options that are chosen by `value`, of a widget with one or with several choices."""
    return value if isinstance(value, list) else [value] if value is not None else []
