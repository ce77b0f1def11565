"""Zip and gzip files made in memory, for tests."""

import io
import struct
import zipfile
import zlib

_ENTRY = b"PK\x01\x02"


def pack(files: dict[str, bytes | str], **settings: int) -> bytes:
    """Return a zip file of `files`, given by their paths in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **settings) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file by their paths in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def falsify_size(content: bytes, size: int) -> bytes:
    """Return a zip file whose table of contents has a false size of the last file."""
    place = content.rindex(_ENTRY)
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]


def deflate_zeros(megabytes: int, start: bytes = b"") -> bytes:
    """Return `start` and then so many MB of zeros as a raw deflate stream, made quickly."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + megabytes * block + packer.flush()


def pack_zeros(paths: list[str], megabytes: int, claimed: int, start: bytes = b"") -> bytes:
    """Return a zip file of files that hold `start` and so many MB of zeros, and claim `claimed` bytes.

    The checksum in the zip file is that of the bytes claimed.
    """
    data, checksum = deflate_zeros(megabytes, start), zlib.crc32((start + bytes(claimed))[:claimed])
    body, table = b"", b""
    for path in map(str.encode, paths):
        sizes = struct.pack("<IIIHH", checksum, len(data), claimed, len(path), 0)
        fields = struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes
        table += _ENTRY + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + path
        body += b"PK\x03\x04" + fields + path + data
    return body + table + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *2 * [len(paths)], len(table), len(body), 0)


def gzip_zeros(megabytes: int, start: bytes = b"") -> bytes:
    """Return a gzip file of `start` and so many MB of zeros, without its checksum."""
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + deflate_zeros(megabytes, start)
