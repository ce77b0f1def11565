"""Load the figures of each epoch of a training as a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from digitnet.models import store

TRAINING, VALIDATION = "training", "validation"


def load_histories(names: list[str]) -> pd.DataFrame:
    """Load the training histories of models; a model without a readable one gives no rows.

    Returns:
        Columns run, epoch (from 1), split ("training" or "validation"), accuracy (0 to 1) and loss.
    """
    return join_histories([load_history(name, store.locate(name) / store.HISTORY_FILE) for name in names])


def load_history(run: str, path: Path) -> pd.DataFrame:
    """Load a training history, a CSV file with a line for each epoch, as rows of `run`.

    Returns:
        The columns of `load_histories`.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):
        return join_histories([])
    splits = [_select_split(table, run, TRAINING, ""), _select_split(table, run, VALIDATION, "val_")]
    return join_histories(
        [rows.dropna(subset=["epoch"]).dropna(subset=["accuracy", "loss"], how="all") for rows in splits]
    )


def join_histories(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of histories; the result has all columns even if it has no rows."""
    filled = [table for table in tables if len(table)]
    columns = ["run", "epoch", "split", "accuracy", "loss"]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _select_split(table: pd.DataFrame, run: str, split: str, prefix: str) -> pd.DataFrame:
    def to_numbers(column: str) -> pd.Series:
        empty = pd.Series(np.nan, index=table.index)
        return pd.to_numeric(table.get(column, empty), errors="coerce").astype(float)

    return pd.DataFrame(
        {
            "run": run,
            "epoch": to_numbers("epoch") + 1,
            "split": split,
            "accuracy": to_numbers(f"{prefix}accuracy"),
            "loss": to_numbers(f"{prefix}loss"),
        }
    )
