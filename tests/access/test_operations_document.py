"""docs/operations.md names the roles and settings that the code has."""

import re
import tomllib

import pytest

from digitnet.access.members import parse_members
from digitnet.access.permissions import NEEDED
from digitnet.access.roles import Role
from digitnet.access.sign_in import parse_sign_in
from digitnet.errors import SettingsError
from digitnet.paths import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EXAMPLE = next(text for text in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if "[sign_in]" in text)


def read_table():
    """Return the role that the document gives each page and call."""
    found = {}
    for role, pages, calls in re.findall(r"^\| (reader|teacher|owner) \|(.*)\|(.*)\|$", TEXT, re.MULTILINE):
        names = [f"page:{name}" for name in re.findall("`(.*?)`", pages)] + re.findall("`(.*?)`", calls)
        found |= dict.fromkeys(names, Role[role.upper()])
    return found


def test_document_has_the_table_of_permissions():
    assert read_table() == {name: permission.role for name, permission in NEEDED.items()}


def test_example_of_settings_is_right_but_for_its_secret():
    settings = tomllib.loads(EXAMPLE)
    with pytest.raises(SettingsError, match="cookie_secret"):
        parse_sign_in(settings["sign_in"])
    assert parse_sign_in(settings["sign_in"] | {"cookie_secret": "x" * 32}).hours == 12
    members = parse_members(settings["roles"], settings["classes"])
    assert members.find_role("eva@school.example") == Role.OWNER
    assert members.find_scope("anna@school.example") == ("ben@kids.example", "@7b.kids.example")
    assert members.role_of_strangers == Role.STRANGER
