"""Define the command `digits`: count, export, import and delete user digits and rows."""

from __future__ import annotations

import argparse
from pathlib import Path

from digitnet.cli.confirmation import confirm
from digitnet.cli.output import print_error
from digitnet.errors import CollectionError, explain_os_errors
from digitnet.extras import require_extra

_SUBJECT = "The command 'digits'"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `digits`."""
    command.set_defaults(command=_print_counts)
    actions = command.add_subparsers(metavar="ACTION")
    export = actions.add_parser("export", help="save all digits and rows with their labels, writers and dates")
    export.add_argument("file", type=Path, metavar="FILE", help="a .zip of pictures and labels.csv, or an .npz")
    export.set_defaults(command=_export)
    import_ = actions.add_parser("import", help="add labeled digits")
    help = "a .zip or folder of pictures in folders named by label or with labels.csv, an .npz, idx files of both kinds"
    import_.add_argument("files", nargs="+", type=Path, metavar="FILE", help=help)
    import_.add_argument("--writer", default="", metavar="NAME", help="writer of the digits, if the files name none")
    import_.add_argument("--dry-run", action="store_true", help="show what would be imported, and save nothing")
    import_.set_defaults(command=_import)
    delete = actions.add_parser("delete", help="delete for good all that is kept of an account")
    help = "e-mail address, or browser:KEY, as 'digits accounts' lists them; '' for digits of the owner of this machine"
    delete.add_argument("--account", required=True, metavar="NAME", help=help)
    delete.add_argument("--yes", action="store_true", help="delete without a question")
    delete.set_defaults(command=_delete)
    accounts = actions.add_parser("accounts", help="list the accounts, and how much is kept of each")
    accounts.set_defaults(command=_list_accounts)


def _print_counts() -> int:
    require_extra("app", _SUBJECT)
    from digitnet.collection.collection import Collection
    from digitnet.labels import NOT_A_DIGIT

    with Collection.open() as collection:
        counts, writers = collection.count_by_label(), [name for name in collection.list_writers() if name]
        rows = collection.strings.count()
    for label, count in enumerate(counts):
        print(f"{'no digit' if label == NOT_A_DIGIT else label:>8}{count:>8,}")
    print(f"{'all':>8}{counts.sum():>8,}{'  by ' + ', '.join(writers) if writers else ''}")
    if rows:
        print(f"{'rows':>8}{rows:>8,}")
    return 0


def _export(file: Path) -> int:
    require_extra("app", _SUBJECT)
    from digitnet.collection.collection import Collection
    from digitnet.collection.exchange.exporting import to_npz, to_zip
    from digitnet.files import write_atomically

    exporters = {".zip": to_zip, ".npz": to_npz}
    if file.suffix.lower() not in exporters:
        raise CollectionError(f"Expected the name of a .zip or .npz file. Received: {file.name!r}.")
    with Collection.open() as collection:
        digits, rows = collection.find(deleted=None, order="oldest"), collection.strings.find(deleted=None)[::-1]
    with explain_os_errors(f"The digits cannot be saved as {str(file)!r}", CollectionError):
        write_atomically(file, exporters[file.suffix.lower()](digits, rows))
    print(f"{len(digits):,} digits and {len(rows):,} rows, deleted ones included, are in {file}")
    return 0


def _import(files: list[Path], writer: str, dry_run: bool) -> int:
    require_extra("app", _SUBJECT)
    from digitnet.collection.collection import Collection
    from digitnet.collection.exchange.importing import preview_paths

    preview = preview_paths(files, writer)
    for skipped in preview.skipped:
        print_error(skipped.file, skipped.reason)
    digits, rows = preview.samples, preview.strings
    print(f"{len(digits):,} digits and {len(rows):,} rows understood, {len(preview.skipped):,} pictures left out")
    if (digits or rows) and not dry_run:
        with Collection.open() as collection:
            added = collection.add(digits, rows)
        print(f"{added.stored:,} new, {added.relabeled:,} with another label or writer now, {added.known:,} known")
        if rows:
            print(f"{added.strings:,} rows new or with another text now, {len(rows) - added.strings:,} known")
    return int(not digits and not rows)


def _delete(account: str, yes: bool) -> int:
    require_extra("app", _SUBJECT)
    from digitnet.collection.account_counts import Counts
    from digitnet.collection.collection import Collection
    from digitnet.experiments.forgetting import forget

    with Collection.open() as collection:
        described = ", ".join(collection.count_by_account().get(account, Counts()).describe()) or "no digits"
        question = f"This deletes {described} of {account or 'the owner'} for good."
        if not yes and not confirm(question, CollectionError):
            print("Nothing was changed.")
            return 1
        forgotten = forget(collection, account)
    deleted = forgotten.counts.describe() + [f"model {name}" for name in forgotten.models]
    print(f"Deleted: {', '.join(deleted) or 'nothing, since nothing was kept'}")
    print("Other models keep what they have learned, and backups what is in them.")
    return 0


def _list_accounts() -> int:
    require_extra("app", _SUBJECT)
    from digitnet.collection.collection import Collection

    with Collection.open() as collection:
        for account, counts in collection.count_by_account().items():
            kept = f"{counts.digits:>8,} digits {counts.rows:>8,} rows {counts.batches:>6,} batches"
            print(f"{kept} {counts.templates:>6,} templates  {account or '(the owner)'}")
    return 0
