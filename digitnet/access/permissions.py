"""Say which role each page and each call needs, and refuse the others.

`NEEDED` is the only such table. A name that is missing there needs the owner.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from digitnet.access.callers import get_caller
from digitnet.access.roles import Role
from digitnet.access.sign_in import get_sign_in
from digitnet.errors import AccessError

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Permission(NamedTuple):
    """A page or a kind of calls.

    Attributes:
        role: least role that it needs.
        action: what somebody does with it: "delete models".
    """

    role: Role
    action: str


NEEDED = {
    "page:draw": Permission(Role.READER, "open the page Draw"),
    "page:photos": Permission(Role.READER, "open the page Photos"),
    "page:forms": Permission(Role.READER, "open the page Forms"),
    "page:batches": Permission(Role.READER, "open the page Batches"),
    "page:inside": Permission(Role.READER, "open the page Inside"),
    "page:data": Permission(Role.READER, "open the page Data"),
    "page:models": Permission(Role.READER, "open the page Models"),
    "page:tutorials": Permission(Role.TEACHER, "open the page Tutorials"),
    "page:train": Permission(Role.TEACHER, "open the page Train"),
    "page:hand": Permission(Role.TEACHER, "open the page Learn my hand"),  # It trains.
    "api.read": Permission(Role.READER, "read pictures"),
    "api.models": Permission(Role.READER, "list models"),
    "api.metrics": Permission(Role.OWNER, "see the figures of the server"),
    "server.maintain": Permission(Role.OWNER, "empty the server's caches"),
    "files.upload": Permission(Role.READER, "upload files"),
    "digits.look": Permission(Role.READER, "look at their digits"),
    "digits.add": Permission(Role.READER, "keep digits"),
    "digits.change": Permission(Role.READER, "change their digits"),
    "digits.delete": Permission(Role.READER, "delete their digits"),
    "digits.export": Permission(Role.READER, "take their digits away"),
    "digits.import": Permission(Role.TEACHER, "import digits"),
    "digits.copy": Permission(Role.OWNER, "copy or replace all digits"),
    "batches.look": Permission(Role.READER, "look at their batches"),
    "batches.add": Permission(Role.READER, "keep batches"),
    "batches.change": Permission(Role.READER, "change their batches"),
    "batches.delete": Permission(Role.READER, "delete their batches"),
    "batches.export": Permission(Role.READER, "take their batches away"),
    "templates.look": Permission(Role.READER, "look at their templates"),
    "templates.add": Permission(Role.READER, "keep templates"),
    "templates.change": Permission(Role.READER, "rename their templates"),
    "templates.delete": Permission(Role.READER, "delete their templates"),
    "models.look": Permission(Role.READER, "look at models"),
    "models.score": Permission(Role.READER, "score models on their pictures"),
    "models.use": Permission(Role.TEACHER, "put models to use"),
    "models.create": Permission(Role.TEACHER, "make models"),
    "models.import": Permission(Role.TEACHER, "add models"),
    "models.export": Permission(Role.TEACHER, "take models away"),
    "models.change": Permission(Role.TEACHER, "rename models and write notes"),
    "models.delete": Permission(Role.TEACHER, "delete models"),
    "training.look": Permission(Role.TEACHER, "look at trainings"),
    "training.start": Permission(Role.TEACHER, "start trainings"),
    "training.change": Permission(Role.TEACHER, "change trainings"),
    "training.discard": Permission(Role.TEACHER, "discard trainings"),
    "training.automate": Permission(Role.TEACHER, "turn on automatic trainings"),
    "backup.write": Permission(Role.OWNER, "write backups"),
    "backup.restore": Permission(Role.OWNER, "restore backups"),
}


def get_permission(name: str) -> Permission:
    """Return what a page ("page:draw") or a kind of calls ("models.delete") needs."""
    return NEEDED.get(name) or Permission(Role.OWNER, f"do this ({name})")


def may(name: str) -> bool:
    """Return whether the caller may open a page or make a kind of calls."""
    return get_caller().role >= get_permission(name).role


def require(name: str) -> None:
    """Raise AccessError, with a sentence, if the caller may not open a page or make a kind of calls."""
    if not may(name):
        raise AccessError(describe_refusal(name))


def require_like(function: Callable[..., object]) -> None:
    """Raise AccessError if the caller may not call a guarded function, for which another process will."""
    name = getattr(function, "permission", None)
    if name is not None:
        require(name)


def describe_refusal(name: str) -> str:
    """Say who may do what was refused: "Only a teacher may delete models; sign in as one.", if anybody can."""
    role, action = get_permission(name)
    article = "an" if role == Role.OWNER else "a"
    return f"Only {article} {role.name.lower()} may {action}{'; sign in as one' if get_sign_in() else ''}."


def guarded(name: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Let a function refuse callers who lack a permission, with AccessError, before it does anything.

    It goes above other decorators, such as `contextmanager`, and below `classmethod`.

    Args:
        name: a kind of calls, such as "models.delete".
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(function)
        def call(*arguments: _P.args, **settings: _P.kwargs) -> _T:
            require(name)
            return function(*arguments, **settings)

        call.permission = name  # type: ignore[attr-defined]
        return call

    return decorate
