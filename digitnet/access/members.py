"""Read who has which role: the sections [roles] and [[classes]] of the file of settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from digitnet.access.checked import check_keys, reject
from digitnet.access.roles import Role
from digitnet.access.settings import read_section, read_settings
from digitnet.access.sign_in import get_sign_in

ANYBODY = "*"  # Anybody who signs in.
_LISTS = {"owners", "teachers", "readers"}
_CLASS_KEYS = {"name", "teachers", "members"}
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class SchoolClass:
    """A class: its teachers see the digits of its members. Both are e-mails, or "@domain" for all of a domain."""

    name: str
    teachers: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True)
class Members:
    """Who has which role: e-mails, "@domain" for all of a domain, "*" for anybody who signs in.

    Attributes:
        owners, teachers: those who have these roles.
        readers: those who may read, None if everybody may, also without signing in.
        classes: the classes; their teachers have that role, and their members may read.
        is_set: whether the file of settings has one of these sections, which may be empty: then nobody is an owner
            because they are on this machine.
    """

    owners: tuple[str, ...] = ()
    teachers: tuple[str, ...] = ()
    readers: tuple[str, ...] | None = None
    classes: tuple[SchoolClass, ...] = ()
    is_set: bool = False

    def find_role(self, email: str) -> Role:
        """Return the role of somebody who has signed in, by their normalized e-mail."""
        taught = [name for group in self.classes for name in group.teachers]
        if _is_listed(email, self.owners):
            return Role.OWNER
        if _is_listed(email, [*self.teachers, *taught]):
            return Role.TEACHER
        members = [name for group in self.classes for name in group.members]
        is_reader = self.readers is None or _is_listed(email, [*self.readers, *members])
        return Role.READER if is_reader else Role.STRANGER

    def find_scope(self, email: str) -> tuple[str, ...] | None:
        """Return whose digits somebody sees besides their own: None for everybody's."""
        if _is_listed(email, self.owners):
            return None
        groups = [group for group in self.classes if _is_listed(email, group.teachers)]
        return tuple(dict.fromkeys(name for group in groups for name in group.members))

    @property
    def role_of_strangers(self) -> Role:
        """The role of whoever has not signed in."""
        return Role.READER if self.readers is None else Role.STRANGER


@cache
def get_members() -> Members:
    """Return who has which role; a change holds after a restart.

    Raises:
        SettingsError: a setting is wrong, or roles are given to people who cannot sign in.
    """
    settings = read_settings()
    roles, classes = read_section("roles"), settings.get("classes", [])
    members = replace(parse_members(roles, classes), is_set=bool({"roles", "classes"} & set(settings)))
    if (any(roles.values()) or classes) and get_sign_in() is None:
        raise reject("[sign_in]", "how the people of [roles] and [[classes]] sign in,")
    return members


def parse_members(roles: dict[str, Any], classes: Any = ()) -> Members:
    """Return the members of the sections [roles] and [[classes]]; raises SettingsError."""
    check_keys(roles, "roles", _LISTS)
    if not isinstance(classes, list | tuple) or not all(isinstance(group, dict) for group in classes):
        raise reject("[[classes]]", "tables")
    owners = _parse_names(roles, "owners", "roles")
    if ANYBODY in owners:
        raise reject("[roles] owners", "no '*', which would make anybody an owner,")
    return Members(
        owners,
        _parse_names(roles, "teachers", "roles"),
        _parse_names(roles, "readers", "roles") if "readers" in roles else None,
        tuple(_parse_class(group) for group in classes),
    )


def normalize_email(text: str) -> str:
    """Return an e-mail address as it is compared: with small letters of ASCII; "" if it is none.

    Other letters stay: some have the same small letter as another person's.
    """
    name, at, domain = text.strip().translate(_LOWER).partition("@")
    is_email = bool(name and at and domain) and "@" not in domain and not any(map(str.isspace, text.strip()))
    return f"{name}@{domain}" if is_email else ""


def _is_listed(email: str, names: Iterable[str]) -> bool:
    domain = email[email.find("@") :]
    return bool(email) and any(name in (ANYBODY, email, domain) for name in names)


def _parse_class(group: dict[str, Any]) -> SchoolClass:
    check_keys(group, "[classes]", _CLASS_KEYS)
    teachers, members = (_parse_names(group, key, "[classes]") for key in ("teachers", "members"))
    if ANYBODY in (*teachers, *members):
        raise reject("[[classes]]", "e-mail addresses or '@domain', no '*',")
    return SchoolClass(str(group.get("name", "")), teachers, members)


def _parse_names(section: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
    """Return the normalized e-mails, domains and "*" of a list; raises SettingsError."""
    values = section.get(key, [])
    if not isinstance(values, list):
        raise reject(f"[{name}] {key}", "a list of e-mail addresses")
    return tuple(_parse_name(value, f"[{name}] {key}") for value in values)


def _parse_name(value: Any, name: str) -> str:
    if value == ANYBODY:
        return ANYBODY
    if isinstance(value, str) and value.strip().startswith("@"):
        normalized = normalize_email(f"x{value.strip()}")[1:]
    else:
        normalized = normalize_email(value) if isinstance(value, str) else ""
    if not normalized:
        raise reject(name, f"e-mail addresses, '@domain' or '*' (not {value!r})")
    return normalized
