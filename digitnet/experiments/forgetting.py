"""Forget an account: delete its digits and batches for good, its models of a hand, and what trainings have copied."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from digitnet.access.accounts import find_own_account, limit_accounts
from digitnet.access.callers import LOCAL_OWNER, Caller, acting_as
from digitnet.access.permissions import guarded
from digitnet.access.roles import Role
from digitnet.access.spending import get_spending
from digitnet.batches.pictures import delete_all_pictures
from digitnet.collection.account_counts import Counts
from digitnet.collection.collection import Collection
from digitnet.errors import ModelError, explain_os_errors
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import list_runs
from digitnet.models import active, editing, store
from digitnet.models.card import read_card

_NOBODY = "(deleted)"  # Stands for names that were deleted; no account and no writer is called so.


@dataclass(frozen=True)
class Forgotten:
    """What was deleted for good.

    Attributes:
        counts: numbers of digits, rows, batches and templates.
        models: names of models that were trained on digits of the account alone.
    """

    counts: Counts
    models: tuple[str, ...] = ()


@guarded("digits.delete")
def forget_own(collection: Collection) -> Forgotten:
    """Delete for good what is kept of the caller, as `forget` does; raises QuotaError after many such calls."""
    get_spending().count_deletion()
    return forget(collection, find_own_account())


@guarded("digits.delete")
def forget(collection: Collection, account: str) -> Forgotten:
    """Delete for good what is kept of an account, its consent, and models that were trained on its digits alone.

    Other models keep what they have learned, but name neither the account nor its writers any more. Backups keep what
    is in them.

    Raises:
        AccessError: the caller does not see the digits of this account.
        CollectionError: the digits cannot be deleted, or their bytes are still in the file.
        DigitnetError: a model or a run cannot be deleted.
    """
    limit_accounts((account,))
    with acting_as(Caller(Role.READER, account)):
        writers = set(collection.list_writers()) - {""}
    with acting_as(LOCAL_OWNER):  # Who may delete their digits may delete these models, too.
        _delete_copies(account)
        models = _delete_models(account)
        delete_all_pictures(account)
        erased = collection.erase(account)
        _replace_names({"accounts": {account}, "writers": writers - set(collection.list_writers())})
    return Forgotten(erased, models)


def _delete_copies(account: str) -> None:
    """Discard trainings on digits of the account alone, and the copies of digits that others keep to be resumed."""
    for run in list_runs():
        if run.read_settings().get("accounts") == [account]:
            queue.discard(run.name)
        else:
            with suppress(OSError):  # It is being read, and is deleted with the run.
                run.user_digits.unlink(missing_ok=True)


def _delete_models(account: str) -> tuple[str, ...]:
    """Delete the models that were trained on digits of the account alone; return their names."""
    runs = {run.name for run in list_runs()}
    names = [name for name in store.list_models() if name not in (*store.SHIPPED_MODELS, *runs)]
    own = [name for name in names if read_card(name).raw_config.get("accounts") == [account]]
    for name in own:
        if name == active.get_active_model():
            active.reactivate(active.get_previous_model() or store.DEFAULT_MODEL)
        editing.delete(name)
    return tuple(own)


def _replace_names(gone: Mapping[str, set[str]]) -> None:
    """Replace names in the settings of models and trainings, by the name of the setting, by one that nobody has."""
    for name in store.list_models():
        card = store.load_card(name)
        if name not in store.SHIPPED_MODELS and (config := _without_names(card.get("config"), gone)):
            with explain_os_errors(f"The card of the model {name!r} cannot be saved", ModelError):
                store.write_card(store.model_dir(name), card | {"config": config})
    for run in list_runs():
        if config := _without_names(run.read_settings(), gone):
            run.write_config(TrainingConfig.from_dict(config))


def _without_names(config: Any, gone: Mapping[str, set[str]]) -> dict[str, Any] | None:
    """Return settings without these names, None if they hold none of them; no name at all would be everybody."""
    config = config if isinstance(config, dict) else {}
    changed = {}
    for key, names in gone.items():
        held = config.get(key)
        if isinstance(held, (list, tuple)) and names.intersection(map(str, held)):
            changed[key] = list(dict.fromkeys(_NOBODY if str(name) in names else name for name in held))
    return config | changed if changed else None
