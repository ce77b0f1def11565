"""Show a table of texts that scrolls where it is wider than the page or long, also by the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

_STYLE = """
.wide-table { overflow: auto; max-height: 32rem; }
.wide-table table { border-collapse: collapse; min-width: 100%; margin: 0; font-size: 0.875rem; }
.wide-table :is(th, td) { text-align: left; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid #8883; }
.wide-table thead th { font-weight: 400; opacity: 0.75; vertical-align: bottom; }
.wide-table tbody :is(th, td) { white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide-table tbody th { font-weight: 600; }
"""


def show_table(heads: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> None:
    """Show rows of texts below their heads; the first column names the rows.

    Args:
        label: the table's content in words, for screen readers.
    """
    # A region that scrolls must take the focus, and must have a name then.
    region = f'<div class="wide-table" role="region" tabindex="0" aria-label="{escape(label)}">'
    st.html(f"<style>{_STYLE}</style>{region}{_render(heads, rows)}</div>")


def _render(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(text)}</td>" for text in others)}</tr>'
        for first, *others in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
