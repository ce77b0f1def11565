import pytest

from digitnet.access.members import get_members, normalize_email, parse_members
from digitnet.access.roles import Role
from digitnet.errors import SettingsError

CLASSES = [{"name": "7b", "teachers": ["Anna@school.example"], "members": ["ben@kids.example", "@7b.example"]}]


def test_roles_are_found_by_address_and_domain():
    members = parse_members({"owners": ["Eva@school.example"], "teachers": ["@staff.example"]})
    assert members.find_role("eva@school.example") == Role.OWNER
    assert members.find_role("kim@staff.example") == Role.TEACHER
    assert members.find_role("kim@sub.staff.example") == Role.READER
    assert members.find_role("staff.example@elsewhere.example") == Role.READER


def test_everybody_may_read_unless_readers_are_named():
    assert parse_members({"owners": ["eva@school.example"]}).role_of_strangers == Role.READER
    named = parse_members({"readers": ["@kids.example"]}, CLASSES)
    assert named.role_of_strangers == Role.STRANGER
    assert named.find_role("ben@kids.example") == Role.READER
    assert named.find_role("eve@7b.example") == Role.READER
    assert named.find_role("eve@elsewhere.example") == Role.STRANGER


def test_anybody_who_signs_in_may_be_a_reader():
    members = parse_members({"readers": ["*"]})
    assert members.find_role("eve@elsewhere.example") == Role.READER
    assert members.find_role("") == Role.STRANGER
    assert members.role_of_strangers == Role.STRANGER


def test_teacher_of_a_class_sees_its_members_alone():
    members = parse_members({"owners": ["eva@school.example"], "teachers": ["kim@school.example"]}, CLASSES)
    assert members.find_role("anna@school.example") == Role.TEACHER
    assert members.find_scope("anna@school.example") == ("ben@kids.example", "@7b.example")
    assert members.find_scope("kim@school.example") == ()
    assert members.find_scope("ben@kids.example") == ()
    assert members.find_scope("eva@school.example") is None


@pytest.mark.parametrize(
    ("roles", "classes"),
    [
        ({"owners": ["*"]}, []),
        ({"owner": ["eva@school.example"]}, []),
        ({"owners": "eva@school.example"}, []),
        ({"owners": ["eva"]}, []),
        ({"teachers": ["@"]}, []),
        ({"teachers": [7]}, []),
        ({"teachers": ["a@b@c"]}, []),
        ({}, [{"members": ["*"]}]),
        ({}, [{"pupils": ["ben@kids.example"]}]),
        ({}, {"name": "7b"}),
        ({}, ["7b"]),
    ],
)
def test_wrong_roles_are_refused(roles, classes):
    with pytest.raises(SettingsError, match="Expected"):
        parse_members(roles, classes)


def test_roles_without_sign_in_are_refused(write_settings):
    write_settings('[roles]\nowners = ["eva@school.example"]\n', sign_in="")
    with pytest.raises(SettingsError, match="sign_in"):
        get_members()


def test_empty_section_of_roles_counts(write_settings):
    write_settings(sign_in="")
    assert not get_members().is_set
    write_settings("[roles]\n", sign_in="")
    assert get_members().is_set


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Eva@School.Example ", "eva@school.example"),
        ("\N{KELVIN SIGN}im@school.example", "\N{KELVIN SIGN}im@school.example"),
        ("stra\N{LATIN SMALL LETTER SHARP S}e@school.example", "stra\N{LATIN SMALL LETTER SHARP S}e@school.example"),
        ("eva", ""),
        ("@school.example", ""),
        ("eva@", ""),
        ("a@b@c", ""),
        ("eva @school.example", ""),
    ],
)
def test_addresses_are_compared_by_small_letters_of_ascii(text, email):
    assert normalize_email(text) == email
