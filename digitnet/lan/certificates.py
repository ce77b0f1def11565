"""Make the certificate under which this machine serves its local network, and keep it with its key.

Nobody vouches for it but this machine: a browser warns once, and then the connection is a secure one, which browsers
ask for before they open a camera.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitnet.errors import NetworkError, explain_os_errors
from digitnet.files import write_atomically

_DAYS = 397  # Browsers refuse certificates of a longer time.
_RENEWAL_DAYS = 30
_BACKDATED = datetime.timedelta(hours=1)  # The clock of a phone may be behind.


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, in files of this machine's user.

    Attributes:
        path: PEM file of the certificate.
        key: PEM file of its key, which only the user may read.
        fingerprint: SHA-256 of the certificate, as browsers show it: "AB:CD:...".
    """

    path: Path
    key: Path
    fingerprint: str


def prepare_certificate(folder: Path, names: Iterable[str]) -> Certificate:
    """Return the certificate in a folder; make one if it is missing, ends within 30 days, or is for other names.

    Args:
        folder: folder for the files, made if it is missing.
        names: host names and addresses that it is for, the first of them the one that it bears.

    Raises:
        NetworkError: the folder cannot be written.
    """
    names = list(names)
    path, key = folder / "certificate.pem", folder / "key.pem"
    certificate = _load(path, key)
    if certificate is None or _needs_renewal(certificate, names):
        certificate = _make(path, key, names)
    digest = certificate.fingerprint(hashes.SHA256())
    return Certificate(path, key, ":".join(f"{byte:02X}" for byte in digest))


def _load(path: Path, key: Path) -> x509.Certificate | None:
    """Read the certificate, None if it is missing or damaged, or its key is, another one's, or read by others."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        is_private = os.name == "nt" or key.stat().st_mode & 0o077 == 0
    except (OSError, ValueError, TypeError):
        return None
    return certificate if is_private and certificate.public_key() == private.public_key() else None


def _needs_renewal(certificate: x509.Certificate, names: list[str]) -> bool:
    ends = certificate.not_valid_after_utc - datetime.timedelta(days=_RENEWAL_DAYS)
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return not (
        certificate.not_valid_before_utc <= _now() < ends and list(alternatives) == list(_describe_names(names))
    )


def _make(path: Path, key: Path, names: list[str]) -> x509.Certificate:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"digitnet {names[0]}"[:64])])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(_now() - _BACKDATED)
        .not_valid_after(_now() + datetime.timedelta(days=_DAYS) - _BACKDATED)
        .add_extension(x509.SubjectAlternativeName(_describe_names(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key()), critical=False)
    )
    certificate = builder.sign(private, hashes.SHA256())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with explain_os_errors(f"The certificate cannot be saved in {str(path.parent)!r}", NetworkError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(key, pem, mode=0o600)
        write_atomically(path, certificate.public_bytes(serialization.Encoding.PEM), mode=0o600)
    return certificate


def _describe_names(names: list[str]) -> list[x509.GeneralName]:
    return [_describe_name(name) for name in names]


def _describe_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
