"""Addresses are kept and shown without their secrets, and patterns are split where their signs begin."""

import pytest

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.patterns import is_pattern, split_pattern

SIGNED = "X-Amz-Algorithm=AWS4&X-Amz-Credential=a/b&X-Amz-Security-Token=c%2F&X-Amz-Signature=d"


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://host/a.png", "https://host/a.png"),
        (f"https://host/a.png?{SIGNED}", "https://host/a.png"),
        (f"https://host/a.png?page=2&{SIGNED}&id=7#top", "https://host/a.png?page=2&id=7#top"),
        ("https://host/a.png?AWSAccessKeyId=a&Expires=1&Signature=b", "https://host/a.png"),
        ("https://host/a.png?GoogleAccessId=a&sig=b", "https://host/a.png"),
        ("https://me:word@host/@b/a.png", "https://host/@b/a.png"),
        ("ftp://me@host/a.png", "ftp://host/a.png"),
        ("s3://bucket/a@b?.png", "s3://bucket/a@b?.png"),
        ("The address 'https://me@host/a?sig=b' is silent.", "The address 'https://host/a' is silent."),
        ("/data/me@host/a?sig=b", "/data/me@host/a?sig=b"),
    ],
)
def test_users_and_signatures_are_cut_from_addresses_alone(address, plain):
    assert hide_secrets(address) == plain


def test_secrets_that_may_tell_files_apart_become_codes():
    first, second = (hide_secrets(f"https://host/get?token={name}&page=1") for name in ("apple", "pear"))
    assert first != second
    assert first.startswith("https://host/get?token=~")
    assert first.endswith("&page=1")
    assert "apple" not in first
    assert hide_secrets(first) == first


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("*.png", ("", "*.png")),
        ("scans/*/a[1].png", ("scans/", "*/a[1].png")),
        ("/data/b?x/a.png", ("/data/", "b?x/a.png")),
        ("bucket/**/a.png", ("bucket/", "**/a.png")),
        ("https://host/scans/*.png?page=1", ("https://host/scans/", "*.png?page=1")),
    ],
)
def test_pattern_is_split_before_the_part_with_its_first_sign(pattern, parts):
    assert is_pattern(pattern)
    assert split_pattern(pattern) == parts


def test_parameters_of_a_web_address_make_no_pattern():
    assert not is_pattern("https://host/a.png?page=1")
