"""List the files of a ZIP file one by one: `zipfile` would hold the entries of all of them, 0.5 GB for a million."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.items import DEFLATED, STORED, Item, Member

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE = b"PK\x06\x06"
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_SIGNATURE = b"PK\x01\x02"
_MAX_COMMENT_BYTES = 2**16
_COUNT_LIMIT = 2**16
_FULL = 2**32 - 1  # Stands for a number that is in the extra field, of 64 bits.
_EXTRA64 = 1  # The kind of that extra field.
_ENCRYPTED_FLAG, _UNICODE_FLAG = 0x1, 0x800
_DAMAGED = "The ZIP file is damaged or incomplete; copy or download it again."
_ENCRYPTED = "The file is encrypted in its ZIP file; pack it again without a password."
_UNUSUAL = "The file is compressed in an unusual way in its ZIP file; pack it again as a plain ZIP file."


class _DamageError(Exception):
    """A ZIP file is damaged."""


def list_zip(file: IO[bytes], address: str, prefix: str = "") -> Iterator[Item]:
    """Yield the files of a ZIP file, without folders; damage of the file is the error of a last item.

    Args:
        file: the file.
        address: its path or address.
        prefix: begins the names of the items.
    """
    try:
        start, end, count = _find_directory(file)
        file.seek(start)
        while file.tell() < end:
            count -= 1
            name, item = _make_item(*_read_entry(file), start, address, prefix)
            if not name.endswith("/"):
                yield item
        if count % _COUNT_LIMIT:
            raise _DamageError
    except (_DamageError, struct.error):
        yield Item(prefix.rstrip("/") or hide_secrets(address), address, error=_DAMAGED)


def _find_directory(file: IO[bytes]) -> tuple[int, int, int]:
    """Return where the directory of a ZIP file begins and ends, and its entries modulo 65,536.

    Some programs write more entries than 16 bits count without saying it in 64 bits.
    """
    size = file.seek(0, 2)
    start = max(0, size - _END.size - _MAX_COMMENT_BYTES)
    file.seek(start)
    tail = file.read(size - start)
    place = tail.rfind(_END_SIGNATURE)
    if place < 0:
        raise _DamageError
    _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, place)
    before = place - _LOCATOR.size
    if before >= 0 and tail[before : before + 4] == _LOCATOR_SIGNATURE:
        _, _, offset64, _ = _LOCATOR.unpack_from(tail, before)
        file.seek(_check_place(offset64, size))
        end = _END64.unpack(file.read(_END64.size))
        if end[0] != _END64_SIGNATURE:
            raise _DamageError
        count, length, offset = end[7:10]
    return int(offset), _check_place(offset + length, size), int(count)


def _check_place(place: int, size: int) -> int:
    if place > size:
        raise _DamageError
    return place


def _read_entry(file: IO[bytes]) -> tuple[tuple[int, ...], bytes]:
    """Read the next entry of the directory; return its numbers, and its name and extra fields."""
    signature, *entry = _ENTRY.unpack(file.read(_ENTRY.size))
    if signature != _ENTRY_SIGNATURE:
        raise _DamageError
    name_bytes, extra_bytes, comment_bytes = entry[9:12]
    text = file.read(name_bytes + extra_bytes + comment_bytes)
    return tuple(entry), text[: name_bytes + extra_bytes]


def _make_item(entry: tuple[int, ...], text: bytes, directory: int, address: str, prefix: str) -> tuple[str, Item]:
    """Return the name of an entry of the directory, which begins at `directory`, and its item."""
    _, _, flags, method, _, _, crc, packed, size, name_bytes = entry[:10]
    start = entry[15]
    name = text[:name_bytes].decode("utf-8" if flags & _UNICODE_FLAG else "cp437", "replace")
    if _FULL in (packed, size, start):
        packed, start = _read_extra(text[name_bytes:], packed, size, start)
    error = _ENCRYPTED if flags & _ENCRYPTED_FLAG else "" if method in (STORED, DEFLATED) else _UNUSUAL
    member = Member(start, packed, crc, method, directory - start)
    return name, Item(f"{prefix}{name}", address, member, error=error)


def _read_extra(extra: bytes, packed: int, size: int, start: int) -> tuple[int, int]:
    """Return the packed size and the start of an entry, those from its extra field that are too large for 32 bits."""
    while len(extra) >= 4:
        kind, count = struct.unpack_from("<2H", extra)
        if kind == _EXTRA64:
            numbers = iter(struct.unpack(f"<{count // 8}Q", extra[4 : 4 + count // 8 * 8]))
            _ = next(numbers, size) if size == _FULL else size
            packed = next(numbers, packed) if packed == _FULL else packed
            return packed, next(numbers, start) if start == _FULL else start
        extra = extra[4 + count :]
    raise _DamageError
