"""Store the templates of forms by account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from digitnet.access.accounts import find_own_account
from digitnet.access.permissions import guarded
from digitnet.batches.rows import explaining_damage
from digitnet.collection.addition import check_database_room
from digitnet.collection.consents import ConsentStore, OpenConnection
from digitnet.collection.ownership import limit_to_caller, limit_to_own
from digitnet.collection.samples import clean_text
from digitnet.collection.schema import templates
from digitnet.errors import CollectionError
from digitnet.forms.template import Template, from_json, to_json

MAX_TEMPLATES = 200  # Of an account.
MAX_NAME_LENGTH = 60  # Characters.
_GONE = "This template is not there any more."


@dataclass(frozen=True)
class StoredTemplate:
    """A template that is kept.

    Attributes:
        id: its number.
        account: whose it is, "" for the owner of this machine.
        name: its name, unique in its account.
        saved: when it was saved last.
    """

    id: int
    account: str
    name: str
    saved: datetime


class TemplateStore:
    """The templates of forms; see `BatchStore`."""

    def __init__(self, engine: Engine, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a store of batches, which commit when their block ends."""
        self._engine, self._open_reader, self._open_writer = engine, open_reader, open_writer

    @guarded("templates.look")
    def find(self) -> list[StoredTemplate]:
        """Return the templates by name, without their content."""
        columns = [templates.c[name] for name in ("id", "account", "name", "saved")]
        query = select(*columns).where(limit_to_caller(templates.c.account))
        with self._open_reader() as connection:
            found = [StoredTemplate(*row) for row in connection.execute(query)]
        return sorted(found, key=lambda template: (template.name.casefold(), template.name, template.account))

    @guarded("templates.look")
    def load(self, template: int) -> Template:
        """Return a template by its number; raises FormError if it is damaged."""
        with self._open_reader() as connection:
            return from_json(_get(connection, template).content)

    @guarded("templates.add")
    def save(self, template: Template, name: str) -> StoredTemplate:
        """Keep a template under a name; it takes the place of the caller's own of that name.

        Raises:
            AccessError: the caller has no account, or has not agreed to anything being kept of them.
            QuotaError: the disk is nearly full.
        """
        account, cleaned = find_own_account(), _clean(name)
        check_database_room(self._engine)
        values = {"content": to_json(template), "saved": datetime.now(UTC)}
        with self._open_writer() as connection:
            ConsentStore(self._open_reader, self._open_writer).require(connection)
            is_known = (templates.c.name == cleaned) & limit_to_own(templates.c.account)
            if not connection.execute(update(templates).where(is_known).values(values)).rowcount:
                is_own = limit_to_own(templates.c.account)
                count = connection.scalar(select(func.count()).select_from(templates).where(is_own)) or 0
                if count >= MAX_TEMPLATES:
                    raise CollectionError(f"You keep {MAX_TEMPLATES} templates; delete one first.")
                connection.execute(insert(templates).values(account=account, name=cleaned, **values))
            row = connection.execute(select(templates).where(is_known)).one()
            return StoredTemplate(row.id, row.account, row.name, row.saved)

    @guarded("templates.change")
    def rename(self, template: int, name: str) -> None:
        """Give a template another name; raises CollectionError if another one has it."""
        cleaned = _clean(name)
        with self._open_writer() as connection:
            known = _get(connection, template)
            is_taken = (templates.c.name == cleaned) & (templates.c.account == known.account)
            if connection.execute(select(templates.c.id).where(is_taken, templates.c.id != template)).first():
                raise CollectionError(f"Another template is called {cleaned!r}; choose another name.")
            connection.execute(update(templates).where(templates.c.id == template).values(name=cleaned))

    @guarded("templates.delete")
    def delete(self, template: int) -> None:
        """Delete a template for good; batches that were read with it keep their own copy."""
        with self._open_writer() as connection:
            _get(connection, template)
            connection.execute(delete(templates).where(templates.c.id == template))


def _get(connection: Connection, template: int) -> Row[Any]:
    is_there = (templates.c.id == template) & limit_to_caller(templates.c.account)
    with explaining_damage():
        row = connection.execute(select(templates).where(is_there)).first()
    if row is None:
        raise CollectionError(_GONE)
    return row


def _clean(name: str) -> str:
    if not (cleaned := clean_text(name, MAX_NAME_LENGTH)):
        raise CollectionError("Give the template a name.")
    return cleaned
