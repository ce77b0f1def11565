"""Go through the doubtful numbers of a batch, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from digitnet.batches.records import LEFT_OUT, TEXT, Decision, DecisionError, Number
from digitnet.batches.review_actions import (
    ACCEPT,
    PUT_OFF,
    UNDO,
    NumberId,
    Pace,
    ReviewAction,
    draw_sample,
    order_open,
)
from digitnet.batches.store import BatchStore
from digitnet.errors import CollectionError, DigitnetError, ExpectError
from digitnet.expectations.expect import Expect

_NEXT = 10  # Numbers that are loaded ahead, so that nobody waits.
_LATEST = 5  # Numbers decided lately, to go back to.


class Refusal(NamedTuple):
    """An action that was not stored, and why."""

    action: ReviewAction
    sentence: str


class ReviewView(NamedTuple):
    """The numbers to show.

    Attributes:
        total: how many are to be looked at.
        open: how many of them nobody has decided.
        changed: how many of the others were decided otherwise than they were read.
        learned: of how many the digits were kept to learn from.
        pace: seconds for a number, None if it is not known yet.
        numbers: those decided lately, the last one last, the next ones, and those that were asked for.
    """

    total: int
    open: int
    changed: int
    learned: int
    pace: float | None
    numbers: list[Number]


@dataclass
class Review:
    """Somebody's way through the doubtful numbers of a batch, or some sure ones, in one tab.

    Attributes:
        batch: id of the batch.
        sample: how many sure numbers, drawn by chance, are looked at; 0 for the doubtful ones.
        seen: place of the last action that was handled.
        refusals: actions that were not stored.
        untaught: decisions that hold and were not learned from yet, by the id of the decision, with their numbers.
        superseded: decisions that do not hold any more, whose lessons are to be taken back.
        note: sentence about the last decision if it is not as expected of the number, "" if it is.
    """

    batch: str
    sample: int = 0
    seen: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    untaught: dict[int, tuple[Number, Decision]] = field(default_factory=dict)
    superseded: list[Decision] = field(default_factory=list)
    note: str = ""
    _put_off: list[NumberId] = field(default_factory=list)
    _pace: Pace = field(default_factory=Pace)
    _known: dict[NumberId, Number] = field(default_factory=dict)  # As they were read; pictures are loaded once.

    def handle(self, store: BatchStore, action: ReviewAction) -> None:
        """Store an action, unless it was handled; one that cannot be stored is added to `refusals`."""
        if action.place <= self.seen:
            return
        self.note = ""
        try:
            if action.kind == PUT_OFF:
                self._put_off = [*(number for number in self._put_off if number != action.number), action.number]
            elif action.kind == UNDO:
                self._undo(store, action)
            else:
                self._decide(store, action)
        except DigitnetError as error:
            self.refusals.append(Refusal(action, str(error)))
        self.seen = action.place

    def _decide(self, store: BatchStore, action: ReviewAction) -> None:
        last, kind = store.numbers.get(*action.number).decision, TEXT if action.kind == ACCEPT else LEFT_OUT
        after = last.id if last and last.token == action.base else None
        try:
            made = store.numbers.decide(*action.number, action.text, kind, after=after, token=action.token)
        except DecisionError as error:
            if error.decision is None or (error.decision.kind, error.decision.text) != (kind, action.text):
                raise CollectionError(_describe_conflict(action, error.decision)) from error
            made = error.decision  # Both have decided the same.
        self._pace.add(action.seconds)
        self._put_off = [number for number in self._put_off if number != action.number]
        if last and last.id != made.id:
            self._supersede(last)
        self._plan_lesson(store, made)
        self.note = _describe_misfit(self._load(store, action.number), made)

    def _undo(self, store: BatchStore, action: ReviewAction) -> None:
        """Undo the decision that was seen, if it still holds; the one before it holds again."""
        last = store.numbers.get(*action.number).decision
        if last and last.token == action.base:
            self._supersede(store.numbers.undo(last.id))
            if before := store.numbers.get(*action.number).decision:
                self._plan_lesson(store, before)

    def _supersede(self, decision: Decision) -> None:
        if self.untaught.pop(decision.id, None) is None:
            self.superseded.append(decision)

    def _plan_lesson(self, store: BatchStore, decision: Decision) -> None:
        if decision.addition is None and decision.undone is None:
            number = self._load(store, NumberId(decision.sheet, decision.key))
            self.untaught[decision.id] = number, decision

    def look(self, store: BatchStore, asked: Iterable[NumberId] = ()) -> ReviewView:
        """Return the numbers to show, each with the decision that holds.

        Args:
            store: the store of the batch.
            asked: further numbers, which somebody else may have decided meanwhile.
        """
        texts = self._find_texts(store)
        numbers = list(texts)
        made = {NumberId(each.sheet, each.key): each for each in store.numbers.list_decisions(self.batch)}
        decided = {number: decision for number, decision in made.items() if number in texts}
        left = order_open(numbers, decided, self._put_off)
        latest = sorted(decided, key=lambda number: decided[number].id)[-_LATEST:]
        shown = dict.fromkeys([*latest, *islice(left, _NEXT), *(number for number in asked if number in texts)])
        found = [replace(self._load(store, number), decision=decided.get(number)) for number in shown]
        changed = sum(texts[number] != decision.text for number, decision in decided.items())
        learned = sum(decision.addition is not None for decision in decided.values())
        return ReviewView(len(numbers), len(left), changed, learned, self._pace.measure(), found)

    def _find_texts(self, store: BatchStore) -> dict[NumberId, str]:
        """Return what was read of the numbers to look at, in their order."""
        is_doubtful = not self.sample
        found = store.numbers.find_texts(self.batch, doubtful=is_doubtful, has_crop=not is_doubtful)
        texts = {NumberId(*key): text for key, text in found.items()}
        chosen = list(texts) if is_doubtful else draw_sample(list(texts), self.sample, self.batch)
        return {number: texts[number] for number in chosen}

    def _load(self, store: BatchStore, number: NumberId) -> Number:
        if number not in self._known:
            self._known[number] = store.numbers.get(*number)
        return self._known[number]


def _describe_misfit(number: Number, decision: Decision) -> str:
    try:
        fits = decision.kind == LEFT_OUT or not number.expect or Expect.parse(number.expect).fits(decision.text)
    except ExpectError:
        return ""  # An older digitnet knew other expectations.
    return "" if fits else f"{decision.text} is saved, but is not as expected: {number.expect}."


def _describe_conflict(action: ReviewAction, decision: Decision | None) -> str:
    mine = action.text if action.kind == ACCEPT else "no number"
    if decision is None:
        return f"Somebody has undone what was saved for it meanwhile. Decide again to save {mine}."
    other = "no number" if decision.kind == LEFT_OUT else decision.text
    return f"Somebody has saved {other} for it meanwhile. Decide again to save {mine} instead, or choose Later."
