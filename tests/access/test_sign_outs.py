import time

import pytest

from digitnet.access import sign_outs
from digitnet.access.sign_outs import is_signed_out, remember_sign_out

CLAIMS = {"iss": "https://id.example", "sub": "1", "iat": 1_700_000_000, "nonce": "a", "email": "eva@school.example"}


@pytest.fixture(autouse=True)
def folder(data):
    return data


def test_sign_in_holds_until_its_sign_out():
    assert not is_signed_out(CLAIMS)
    remember_sign_out(CLAIMS)
    assert is_signed_out(CLAIMS)
    assert is_signed_out({**CLAIMS, "email": "other@school.example"})


def test_other_sign_ins_of_the_person_go_on():
    remember_sign_out(CLAIMS)
    assert not is_signed_out({**CLAIMS, "nonce": "b"})
    assert not is_signed_out({**CLAIMS, "iat": 1_700_000_001})


def test_sign_outs_are_kept_until_their_cookies_have_ended(monkeypatch):
    remember_sign_out(CLAIMS)
    remember_sign_out({**CLAIMS, "sub": "2"})
    assert is_signed_out(CLAIMS)
    now = time.time()
    monkeypatch.setattr(sign_outs.time, "time", lambda: now + 32 * 24 * 3600)
    remember_sign_out({**CLAIMS, "sub": "3"})
    assert not is_signed_out(CLAIMS)


@pytest.mark.parametrize("content", ["{", "7"])
def test_damaged_file_ends_all_sign_ins(content, data):
    data.mkdir()
    (data / "signed_out.json").write_text(content)
    assert is_signed_out(CLAIMS)


def test_sign_out_brings_no_sign_in_of_a_damaged_file_back(data):
    remember_sign_out(CLAIMS)
    (data / "signed_out.json").write_text("{")
    remember_sign_out({**CLAIMS, "nonce": "b"})
    assert is_signed_out(CLAIMS)
    assert is_signed_out({**CLAIMS, "nonce": "c"})
    assert is_signed_out({**CLAIMS, "iat": None})
    assert not is_signed_out({**CLAIMS, "iat": time.time() + 1})


def test_file_names_nobody(data):
    remember_sign_out(CLAIMS)
    text = (data / "signed_out.json").read_text()
    assert "eva" not in text
    assert "id.example" not in text
