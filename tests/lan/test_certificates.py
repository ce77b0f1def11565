import datetime
import os
import socket
import ssl
import stat
import threading

import pytest

from digitnet.errors import NetworkError
from digitnet.lan import certificates
from digitnet.lan.certificates import prepare_certificate

NAMES = ["127.0.0.1", "table", "table.local"]


def shake_hands(certificate, name):
    """Open a TLS connection to a server with this certificate, by this name, trusting it alone."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.path, certificate.key)
    client = ssl.create_default_context(cafile=certificate.path)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def answer():
            try:
                server.wrap_socket(theirs, server_side=True).close()
            except OSError:
                theirs.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            client.wrap_socket(ours, server_hostname=name).close()
        finally:
            ours.close()
            thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_trusted_certificate_holds_for_each_name(name, tmp_path):
    shake_hands(prepare_certificate(tmp_path, NAMES), name)


@pytest.mark.parametrize("name", ["192.168.1.9", "other.local"])
def test_certificate_does_not_hold_for_others(name, tmp_path):
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(prepare_certificate(tmp_path, NAMES), name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_user_may_read_the_key(tmp_path):
    certificate = prepare_certificate(tmp_path / "lan", NAMES)
    assert stat.S_IMODE(certificate.key.stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "lan").iterdir()) == ["certificate.pem", "key.pem"]


def test_certificate_is_kept(tmp_path):
    assert prepare_certificate(tmp_path, NAMES).fingerprint == prepare_certificate(tmp_path, NAMES).fingerprint


def test_new_address_gets_a_new_certificate(tmp_path):
    before = prepare_certificate(tmp_path, NAMES)
    after = prepare_certificate(tmp_path, ["127.0.0.2", *NAMES[1:]])
    assert after.fingerprint != before.fingerprint
    shake_hands(after, "127.0.0.2")


@pytest.mark.parametrize(("days", "is_new"), [(366, False), (368, True), (500, True), (-2, True)])
def test_certificate_is_renewed_before_it_ends(days, is_new, tmp_path, monkeypatch):
    before = prepare_certificate(tmp_path, NAMES)
    later = certificates._now() + datetime.timedelta(days=days)
    monkeypatch.setattr(certificates, "_now", lambda: later)
    assert (prepare_certificate(tmp_path, NAMES).fingerprint != before.fingerprint) == is_new


@pytest.mark.parametrize("name", ["certificate.pem", "key.pem"])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\n\xff", None])
def test_damaged_files_are_replaced(name, content, tmp_path):
    before = prepare_certificate(tmp_path, NAMES)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    after = prepare_certificate(tmp_path, NAMES)
    assert after.fingerprint != before.fingerprint
    shake_hands(after, "127.0.0.1")


def test_key_of_another_certificate_is_replaced(tmp_path):
    prepare_certificate(tmp_path / "a", NAMES).key.replace(tmp_path / "key.pem")
    (tmp_path / "a" / "certificate.pem").unlink()
    other = prepare_certificate(tmp_path / "b", NAMES)
    other.path.replace(tmp_path / "certificate.pem")
    shake_hands(prepare_certificate(tmp_path, NAMES), "127.0.0.1")


def test_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NetworkError, match="certificate cannot be saved"):
        prepare_certificate(tmp_path / "file", NAMES)
