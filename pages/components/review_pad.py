"""A component that shows one number after the other, to confirm or to type anew.

What the user decides is shown at once. The browser keeps each decision, also over a reload, and sends it again until
the page says that it was handled; pictures that the browser has are not sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from digitnet.batches.records import LEFT_OUT, Decision
from digitnet.batches.review import Refusal
from digitnet.batches.review_actions import NumberId, ReviewAction
from digitnet.reading.signs import SIGNS
from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("review_pad")


class PadItem(NamedTuple):
    """A number to look at.

    Attributes:
        number: its identity.
        place: the field, or the place on the page, and the name of the file.
        text: the text that was read, "" if none was.
        alternatives: other texts that it may be.
        why: a sentence that says why it is doubtful.
        expected: a sentence that says what is expected of it, "" if nothing is.
        picture: PNG file of the number with its surroundings, b"" if there is none.
        box: left, top, width and height of the number as shares of the picture.
        decision: the decision that holds, None if there is none.
    """

    number: NumberId
    place: str
    text: str
    alternatives: Sequence[str] = ()
    why: str = ""
    expected: str = ""
    picture: bytes = b""
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    decision: Decision | None = None


class PadProgress(NamedTuple):
    """How far the user is.

    Attributes:
        total: count of all numbers to check.
        open: count of those that nobody has decided.
        pace: seconds for a number, None if it is not known yet.
        saved: sentence that is shown once all decisions are saved, "" for a plain one.
        note: sentence about the last decision, which screen readers say, too; "" for none.
        end: sentence that is shown when nothing is open.
    """

    total: int
    open: int
    pace: float | None = None
    saved: str = ""
    note: str = ""
    end: str = ""


def get_actions(key: str, seen: int) -> list[ReviewAction]:
    """Return the actions in the component `key` after the one at the place `seen`, the oldest first."""
    actions = [_to_action(entry) for entry in _get_sent(key).get("log", [])]
    return sorted((action for action in actions if action.place > seen), key=lambda action: action.place)


def _to_action(entry: dict[str, Any]) -> ReviewAction:
    seconds = entry["seconds"]
    return ReviewAction(
        int(entry["place"]),
        from_id(entry["id"]),
        str(entry["kind"]),
        str(entry["text"]),
        str(entry["base"]),
        str(entry["token"]),
        None if seconds is None else float(seconds),
    )


def to_id(number: NumberId) -> str:
    """Return the identity of a number as the browser knows it."""
    return f"{number.sheet}/{number.key}"


def from_id(text: str) -> NumberId:
    """Return the number that the browser means."""
    sheet, _, key = text.partition("/")
    return NumberId(int(sheet), key)


def get_held(key: str) -> list[NumberId]:
    """Return the numbers of which the browser has the pictures."""
    return [from_id(held) for held in _get_sent(key).get("held", [])]


def get_left(key: str) -> int:
    """Return the number of the user's last wish to leave, 0 if there was none."""
    return int((st.session_state.get(key) or {}).get("left") or 0)


def _get_sent(key: str) -> dict[str, Any]:
    return (st.session_state.get(key) or {}).get("sent") or {}


def show(
    key: str, items: Sequence[PadItem], progress: PadProgress, seen: int, left: int, refusals: Sequence[Refusal] = ()
) -> None:
    """Show the numbers.

    Args:
        key: key of the component.
        items: numbers decided lately, the last one last, then the next ones to decide; also those that are held.
        progress: how far the user is.
        seen: number of the last action that was handled.
        left: number of the last wish to leave that was handled.
        refusals: the last actions that were not saved.
    """
    held = set(get_held(key))
    data = {
        "key": key,
        "items": [_to_dict(item, with_picture=item.number not in held) for item in items],
        **progress._asdict(),
        "seen": seen,
        "left": left,
        "refusals": [_to_refusal(*refusal) for refusal in refusals],
        "signs": SIGNS,
    }
    _component(key=key, data=data, on_sent_change=lambda: None, on_left_change=lambda: None)


def _to_dict(item: PadItem, *, with_picture: bool) -> dict[str, Any]:
    made = item.decision
    return {
        **item._asdict(),
        "number": None,
        "id": to_id(item.number),
        "alternatives": list(item.alternatives),
        "picture": None,
        "has_picture": bool(item.picture),
        "url": to_data_url(item.picture) if item.picture and with_picture else "",
        "decision": made and {"text": made.text, "left_out": made.kind == LEFT_OUT, "token": made.token},
    }


def _to_refusal(action: ReviewAction, sentence: str) -> dict[str, Any]:
    return {"place": action.place, "id": to_id(action.number), "text": action.text, "sentence": sentence}
