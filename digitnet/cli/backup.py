"""Define the commands `backup` and `restore`: all models, digits and settings in one file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli.confirmation import confirm
from digitnet.cli.output import print_error
from digitnet.errors import BackupError
from digitnet.extras import require_extra

if TYPE_CHECKING:
    from digitnet.backup.writing import Saved
    from digitnet.collection.account_counts import Counts


def add_backup_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `backup`."""
    command.add_argument("file", type=Path, metavar="FILE", help="the zip file to write; an older one is replaced")
    command.set_defaults(command=_back_up)


def add_restore_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `restore`."""
    command.add_argument("file", type=Path, metavar="FILE", help="a file of `digitnet backup`")
    command.add_argument("--yes", action="store_true", help="replace what is there without a question")
    command.set_defaults(command=_restore)


def _back_up(file: Path) -> int:
    require_extra("app", "The command 'backup'")
    from digitnet.backup.writing import write_backup

    saved = write_backup(file)
    print(f"In {file}: {_describe(saved.counts, saved.models)}")
    return int(_print_left_out(saved))


def _restore(file: Path, yes: bool) -> int:
    require_extra("app", "The command 'restore'")
    from digitnet.backup.restoring import keep_present_state, prepare_restore

    with prepare_restore(file) as restore:
        if replaced := restore.find_replaced():
            if not yes and not confirm(f"This replaces {', '.join(replaced)}.", BackupError):
                print("Nothing was changed.")
                return 1
            path, kept = keep_present_state()
            _print_left_out(kept)
            print(f"The state before is in {path}")
        restore.run()
    print(f"Restored: {_describe(restore.counts, restore.backup.models)}")
    return 0


def _describe(counts: Counts, models: list[str]) -> str:
    """Return a text such as "12 digits, 1 row and 2 models"."""
    texts = ", ".join(counts.describe()) or "no digits"
    return f"{texts} and {len(models) or 'no'} model{'s' * (len(models) != 1)}"


def _print_left_out(saved: Saved) -> bool:
    """Print a sentence about each damaged model on stderr; return whether there is any."""
    for name, sentence in saved.left_out.items():
        print_error(f"the model {name} was left out", sentence)
    return bool(saved.left_out)
