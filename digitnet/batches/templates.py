"""Store the templates of forms by account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from digitnet.access.accounts import find_own_account, limit_accounts, owns
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
        """Keep a template under a name.

        Raises:
            AccessError: the caller has no account, or has not agreed to anything being kept of them.
            CollectionError: another one of the caller has this name, or they keep too many.
            QuotaError: the disk is nearly full.
        """
        account, content = find_own_account(), to_json(template)
        check_database_room(self._engine)
        with self._open_writer() as connection:
            ConsentStore(self._open_reader, self._open_writer).require(connection)
            is_own = limit_to_own(templates.c.account)
            known = connection.execute(select(templates).where(is_own, templates.c.name == _clean(name))).first()
            if known and known.content == content:
                return _to_stored(known)
            count = connection.scalar(select(func.count()).select_from(templates).where(is_own)) or 0
            if count >= MAX_TEMPLATES:
                raise CollectionError(f"You keep {MAX_TEMPLATES} templates; delete one first.")
            return _insert(connection, account, _clean(name), content)

    @guarded("templates.delete")
    def restore(self, deleted: StoredTemplate, template: Template) -> None:
        """Keep a template again, as that of its account.

        Raises:
            AccessError: the caller does not see the templates of this account, or has not agreed to anything being
                kept of them.
            CollectionError: another one has its name meanwhile.
        """
        limit_accounts((deleted.account,))
        with self._open_writer() as connection:
            if owns(deleted.account):
                ConsentStore(self._open_reader, self._open_writer).require(connection)
            _insert(connection, deleted.account, deleted.name, to_json(template))

    @guarded("templates.change")
    def rename(self, template: int, name: str) -> None:
        """Give a template another name; raises CollectionError if another one has it."""
        cleaned = _clean(name)
        with self._open_writer() as connection:
            if cleaned != (known := _get(connection, template)).name:
                _require_free(connection, known.account, cleaned)
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


def _insert(connection: Connection, account: str, name: str, content: str) -> StoredTemplate:
    """Add a template; raises CollectionError if another one of its account has its name."""
    _require_free(connection, account, name)
    values = {"account": account, "name": name, "content": content, "saved": datetime.now(UTC)}
    return _to_stored(connection.execute(insert(templates).values(values).returning(templates)).one())


def _require_free(connection: Connection, account: str, name: str) -> None:
    is_taken = (templates.c.name == name) & (templates.c.account == account)
    if connection.execute(select(templates.c.id).where(is_taken)).first():
        raise CollectionError(f"Another template is called {name!r}; choose another name.")


def _to_stored(row: Row[Any]) -> StoredTemplate:
    return StoredTemplate(row.id, row.account, row.name, row.saved)


def _clean(name: str) -> str:
    if not (cleaned := clean_text(name, MAX_NAME_LENGTH)):
        raise CollectionError("Give the template a name.")
    return cleaned
