"""Learn the hand of one writer: the settings, the run that learns it, and the model that has learned it.

A hand is that of one writer of the caller's own account, so that nobody learns or finds another's of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digitnet.access.accounts import find_own_account, owns
from digitnet.access.callers import LOCAL_OWNER
from digitnet.access.permissions import guarded
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.models import store
from digitnet.models.active import get_active_model
from digitnet.models.card import Card, read_card


@guarded("training.look")
def make_config(writer: str) -> TrainingConfig:
    """Return the settings that fine-tune the model in use on the digits of a writer, "" for those without a name.

    Raises:
        AccessError: the caller has no account.
        ConfigError: the settings of the model in use are not known.
        ModelError: the model in use cannot be read.
    """
    config = TrainingConfig.for_fine_tuning(get_active_model(), writers=(writer,), accounts=(find_own_account(),))
    return config.replace(name=queue.find_free_name(config.name))


@guarded("training.start")
def learn(writer: str) -> None:
    """Start to learn the hand of a writer, unless a run does already.

    Raises:
        DigitnetError: the model in use cannot be fine-tuned, or the run cannot be started.
    """
    if find_run(writer) is None:
        queue.start(make_config(writer))


@guarded("training.look")
def find_run(writer: str) -> Run | None:
    """Return the unfinished run that was queued last to learn the hand of a writer, or None."""
    runs = [run for run in reversed(list_runs()) if is_hand(run.read_settings(), writer)]
    return runs[0] if runs else None


@guarded("training.look")
def find_model(writer: str) -> Card | None:
    """Return the card of the model that has learned the hand of a writer last, or None."""
    unfinished = {run.name for run in list_runs()}
    cards = [read_card(name) for name in store.list_models() if name not in unfinished]
    learned = [card for card in cards if not card.uploaded and is_hand(card.raw_config, writer)]
    return max(learned, key=lambda card: (card.finished, card.name), default=None)


def is_hand(settings: Mapping[str, Any], writer: str) -> bool:
    """Return whether a training with these settings fine-tunes a model on the caller's digits of this writer alone."""
    accounts = settings.get("accounts") or [LOCAL_OWNER.account]  # Those of before accounts are the owner's.
    return (
        bool(settings.get("start")) and settings.get("writers") == [writer] and len(accounts) == 1 and owns(accounts[0])
    )
