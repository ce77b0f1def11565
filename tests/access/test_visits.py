import secrets
import time

import pytest

from digitnet.access import owner_keys
from digitnet.access.callers import LOCAL_OWNER
from digitnet.access.roles import Role
from digitnet.access.sign_outs import remember_sign_out
from digitnet.access.visits import BROWSER_COOKIE, Visit, find_visitor, is_browser_key

LOCAL = (("Host", "localhost:8501"), ("User-Agent", "a browser"))
ROLES = """
[roles]
owners = ["eva@school.example"]
teachers = ["@staff.example"]
"""


def visit(headers=LOCAL, peer="127.0.0.1", **settings):
    return Visit(peer, tuple(headers), **settings)


def sign_in(email="eva@school.example", hours_ago=0.0, **claims):
    claims = {"is_logged_in": True, "email": email, "iat": time.time() - hours_ago * 3600, "sub": "1"} | claims
    return find_visitor(visit([("Host", "digits.example")], "203.0.113.5", claims=claims))


@pytest.fixture
def roles(write_settings):
    write_settings(ROLES)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_this_machine_is_the_owners_without_settings(peer, host, data):
    assert find_visitor(visit([("host", host), ("origin", f"http://{host}")], peer)) == LOCAL_OWNER


@pytest.mark.parametrize(
    "header",
    [
        ("Forwarded", "for=203.0.113.5"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("x-forwarded-host", "digits.example"),
        ("X-Forwarded-Proto", "https"),
        ("Via", "1.1 proxy"),
        ("X-Real-IP", ""),
        ("CF-Connecting-IP", "203.0.113.5"),
        ("Origin", "https://digits.example"),
        ("Origin", "null"),
        ("Referer", "https://digits.example/train"),
        ("Host", "digits.example"),
    ],
)
def test_header_of_a_proxy_makes_a_reader(header, data):
    caller = find_visitor(visit([*LOCAL, header]))
    assert (caller.role, caller.account, caller.scope) == (Role.READER, "browser:", ())


@pytest.mark.parametrize(
    "host", ["evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", ""]
)
def test_foreign_host_makes_a_reader(host, data):
    assert find_visitor(visit([("host", host)])).role == Role.READER


def test_server_that_listens_to_others_has_no_local_owner(data):
    assert find_visitor(visit()).role == Role.OWNER
    assert find_visitor(visit(is_server_private=False)).role == Role.READER


def test_visit_without_a_host_is_a_readers(data):
    assert find_visitor(visit([])).role == Role.READER


@pytest.mark.parametrize("peer", ["192.168.0.7", "203.0.113.5", "", "fe80::1", "unix"])
def test_other_machine_is_a_readers(peer, data):
    caller = find_visitor(visit(peer=peer))
    assert (caller.role, caller.address) == (Role.READER, peer)


@pytest.mark.parametrize("text", ["[roles]\n", "[[classes]]\n", ROLES])
def test_settings_of_roles_make_readers_of_this_machine(text, write_settings):
    write_settings(text)
    assert find_visitor(visit()).role == Role.READER


def test_readers_that_are_named_leave_strangers_nothing(write_settings):
    write_settings('[roles]\nreaders = ["*"]\n')
    assert find_visitor(visit()).role == Role.STRANGER
    assert sign_in("kim@elsewhere.example").role == Role.READER


def test_owner_key_of_the_terminal_makes_an_owner(data):
    cookie = owner_keys.find_owner_cookie(owner_keys.make_owner_key())
    caller = find_visitor(visit(peer="192.168.0.7", cookies={owner_keys.COOKIE: cookie}))
    assert (caller.role, caller.scope, caller.account) == (Role.OWNER, None, "")
    assert find_visitor(visit(peer="192.168.0.7", cookies={owner_keys.COOKIE: "x"})).role == Role.READER


def test_who_has_signed_in_has_their_role(roles):
    caller = sign_in("Eva@School.example")
    assert (caller.role, caller.account, caller.scope) == (Role.OWNER, "eva@school.example", None)
    assert sign_in("kim@staff.example").role == Role.TEACHER
    assert sign_in("kim@elsewhere.example").role == Role.READER


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"is_logged_in": "true"},
        {"is_logged_in": False},
        {"email": ["eva@school.example"]},
        {"email": None},
        {"iat": None},
        {"iat": "1"},
        {"iat": True},
        {"iat": float("nan")},
        {"iat": time.time() + 3600},
    ],
)
def test_doubtful_claims_make_a_reader(claims, roles):
    assert sign_in(email_verified=True).role == Role.OWNER
    caller = sign_in(**claims)
    assert (caller.role, caller.account) == (Role.READER, "browser:")


def test_sign_in_ends_after_its_hours(roles):
    assert sign_in(hours_ago=11.9).role == Role.OWNER
    assert sign_in(hours_ago=12.1).role == Role.READER


def test_claims_of_a_signed_out_cookie_make_a_reader(roles):
    claims = {"iat": time.time(), "nonce": "a", "sub": "1"}
    assert sign_in(**claims).role == Role.OWNER
    remember_sign_out(claims)
    assert sign_in(**claims).role == Role.READER


def test_claims_count_for_nothing_without_sign_in(data):
    assert sign_in().role == Role.READER


def test_browser_has_an_account_that_does_not_tell_its_key(data):
    key = secrets.token_urlsafe(32)
    caller = find_visitor(visit(peer="203.0.113.5", cookies={BROWSER_COOKIE: key}))
    assert caller.account.startswith("browser:")
    assert len(caller.account) == 40
    assert key not in caller.account
    assert find_visitor(visit(peer="203.0.113.6", cookies={BROWSER_COOKIE: key})).account == caller.account


@pytest.mark.parametrize("key", ["", "x", "a" * 42, "a" * 44, "\u00e4" * 43, "a" * 42 + "'"])
def test_cookie_of_another_form_is_no_key(key, data):
    assert not is_browser_key(key)
    assert find_visitor(visit(peer="203.0.113.5", cookies={BROWSER_COOKIE: key})).account == "browser:"
