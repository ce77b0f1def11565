"""Forget an account: delete its digits for good, its models of a hand, and what trainings have copied."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from digitnet.access.accounts import find_own_account, limit_accounts
from digitnet.access.callers import LOCAL_OWNER, acting_as
from digitnet.access.permissions import guarded
from digitnet.collection.collection import Collection
from digitnet.experiments import queue
from digitnet.experiments.run import list_runs
from digitnet.models import active, editing, store
from digitnet.models.card import read_card


@dataclass(frozen=True)
class Forgotten:
    """What was deleted for good.

    Attributes:
        digits: number of digits.
        rows: number of rows.
        models: names of models that were trained on digits of the account alone.
    """

    digits: int
    rows: int
    models: tuple[str, ...] = ()


@guarded("digits.delete")
def forget_own(collection: Collection) -> Forgotten:
    """Delete for good what is kept of the caller, as `forget` does."""
    return forget(collection, find_own_account())


@guarded("digits.delete")
def forget(collection: Collection, account: str) -> Forgotten:
    """Delete for good what is kept of an account: digits, rows, consent, and models trained on its digits alone.

    Other models keep what they have learned, and backups what is in them.

    Raises:
        AccessError: the caller does not see the digits of this account.
        CollectionError: the digits cannot be deleted, or their bytes are still in the file.
        DigitnetError: a model or a run cannot be deleted.
    """
    limit_accounts((account,))
    with acting_as(LOCAL_OWNER):  # Who may delete their digits may delete these models, too.
        _delete_copies(account)
        models = _delete_models(account)
        erased = collection.erase(account)
    return Forgotten(erased.digits, erased.rows, models)


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
