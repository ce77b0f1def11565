"""Offer the sample photos that come with digitnet, each with a small picture."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from digitnet.preprocessing.images import load
from pages.shared import formatting, reading_cache, remembered
from pages.shared.own_files import File

_SAMPLES = {
    "Even paper": "even.jpg",
    "In shadow": "shadow.jpg",
    "Squared paper": "squared.jpg",
    "Touching digits": "touching.jpg",
}
_SAMPLE = "sample"  # Name of the choice.
_WIDTH, _HEIGHT = 112, 76  # Pixels of a small picture.


def choose_sample() -> File | None:
    """Show the samples, and return the chosen one."""
    st.html(_make_style())
    with st.container(key="samples"):
        chosen = remembered.show(st.pills, "Or try a sample", list(_SAMPLES), name=_SAMPLE)
    if not chosen:
        return None
    name = _SAMPLES[chosen]
    return File(name, _load(name))


def forget_sample() -> None:
    """Choose no sample any more."""
    remembered.forget(_SAMPLE)


def _load(name: str) -> bytes:
    return (files("digitnet.resources") / "samples" / name).read_bytes()


@st.cache_data(show_spinner=False)
def _make_style() -> str:
    """Return the style that puts a small picture above the name of each sample."""
    rules = [
        f"""
.st-key-samples button:nth-of-type({place})::before {{ background-image: url({_make_thumbnail(name)}); }}"""
        for place, name in enumerate(_SAMPLES.values(), 1)
    ]
    return f"<style>{_STYLE}{''.join(rules)}</style>"


def _make_thumbnail(name: str) -> str:
    return formatting.to_data_url(reading_cache.make_thumbnail(load(_load(name)), 2 * _WIDTH, 2 * _HEIGHT))


_STYLE = f"""
.st-key-samples [data-testid=stButtonGroup] > [role] {{
    display: grid; grid-template-columns: repeat({len(_SAMPLES)}, minmax(0, {_WIDTH}px)); gap: 0.5rem;
}}
.st-key-samples [data-testid=stButtonGroup] button {{
    flex-direction: column; justify-content: start; gap: 0.25rem; width: 100%; height: auto; padding: 0.25rem;
    border-radius: 0.5rem;
}}
.st-key-samples button p {{ white-space: normal; line-height: 1.25; font-size: 0.8125rem; }}
.st-key-samples button::before {{
    content: ""; width: 100%; aspect-ratio: {_WIDTH} / {_HEIGHT}; border-radius: 0.25rem; background-size: cover;
    background-position: center;
}}
"""
