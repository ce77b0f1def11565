"""Define an item, a file of an archive wherever it lies, and load its content."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from digitnet.archive import stores
from digitnet.archive.addresses import is_remote
from digitnet.archive.file_sizes import HEAD_BYTES, MAX_DOCUMENT_BYTES, check_size
from digitnet.archive.silence import StoreError, find_disk_silence, name_store
from digitnet.errors import ImageError
from digitnet.files import open_file
from digitnet.preprocessing.images import MAX_BYTES, read_file

STORED, DEFLATED = 0, 8  # How a ZIP file packs an item, by the numbers of its format.
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
_EXTRA_BYTES = 1024  # Room for what a ZIP file says of an item a second time, before its content.
_ANY_DOCUMENT = b"%PDF-"
_DAMAGED = "The file is damaged in its archive; pack it again."


@dataclass(frozen=True)
class Member:
    """The place of an item in a TAR or ZIP file.

    Attributes:
        start: where it begins in that file, in bytes; in a ZIP file its header does.
        packed_bytes: how many bytes it takes there.
        crc: the check sum of a ZIP file's item, None in a TAR file.
        method: STORED or DEFLATED.
        room: how many bytes a ZIP file has from its start to the directory.
    """

    start: int
    packed_bytes: int
    crc: int | None = None
    method: int = STORED
    room: int = 0


@dataclass(frozen=True)
class Item:
    """A file of an archive.

    Attributes:
        name: its name in the results, unique in its archive.
        address: the path or address of the file that it is, or that holds it.
        member: its place in that file, None if it is that file.
        content: its content if only the lister could read it, as from a compressed TAR file.
        error: a sentence that says why it cannot be read, or "".
        root: the folder or file of the source by which its path was found: while that is missing, a missing file tells
            nothing. "" if nobody knows it.
        silence: what the lister met where it wanted to look into the file, None if nothing.
    """

    name: str
    address: str
    member: Member | None = None
    content: bytes | None = None
    error: str = ""
    root: str = ""
    silence: StoreError | None = None

    @property
    def store(self) -> str:
        """What to call the store, or the folder or file of the source, that holds it."""
        return name_store(self.address) if is_remote(self.address) else self.root or self.address

    @property
    def is_near(self) -> bool:
        """Whether a process of this machine can load it from a disk."""
        return self.content is None and not is_remote(self.address)


def load_content(item: Item) -> bytes:
    """Return the content of an item.

    Raises:
        ImageError: it cannot be read, or is too large.
        StoreError: the store or the disk that holds it does not answer.
    """
    if item.silence:
        raise item.silence
    if item.error:
        raise ImageError(item.error)
    if item.member and item.content is None:
        return _load_member(item, item.member)
    if item.is_near:
        return _load_file(item)
    content = stores.read_range(item.address, 0, MAX_BYTES + 1) if item.content is None else item.content
    check_size(len(content), content, is_near=False)
    return content


def _load_file(item: Item) -> bytes:
    path = Path(item.address)
    try:
        try:
            size = path.stat().st_size
            if size <= MAX_BYTES:
                return read_file(path)
            with open_file(path) as file:
                check_size(size, file.read(HEAD_BYTES), is_near=True)
                file.seek(0)
                return file.read(size)
        except ImageError as error:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from error
            raise
    except OSError as error:
        if silence := find_disk_silence(error, item.root):
            raise silence from error
        raise ImageError(f"The file {path.name!r} cannot be opened: {error.strerror}.") from error


def _load_member(item: Item, member: Member) -> bytes:
    is_near = not is_remote(item.address)
    if member.packed_bytes > MAX_BYTES:
        is_plain = member.method == STORED and is_near
        head = _read_start(item, member) if is_plain else _ANY_DOCUMENT  # What is packed shows its kind later.
        check_size(member.packed_bytes, head, is_near=is_near)
    if member.crc is None:
        content = stores.read_range(item.address, member.start, member.packed_bytes, item.root)
        if len(content) < member.packed_bytes:
            raise ImageError(_DAMAGED)
        return content
    packed = _read_zip_member(item, member, member.packed_bytes)
    content = packed if member.method == STORED else _inflate(packed, is_near=is_near)
    check_size(len(content), content, is_near=is_near)
    if zlib.crc32(content) != member.crc:
        raise ImageError(_DAMAGED)
    return content


def _read_start(item: Item, member: Member) -> bytes:
    """Return the first bytes of an item that is not packed."""
    if member.crc is None:
        return stores.read_range(item.address, member.start, HEAD_BYTES, item.root)
    return _read_zip_member(item, member, HEAD_BYTES)


def _read_zip_member(item: Item, member: Member, packed_bytes: int) -> bytes:
    """Return the first so many bytes of the packed content of an item of a ZIP file, which its own header precedes."""
    count = min(member.room, LOCAL_HEADER.size + _EXTRA_BYTES + packed_bytes)
    if count < LOCAL_HEADER.size:
        raise ImageError(_DAMAGED)
    part = stores.read_range(item.address, member.start, count, item.root)
    if len(part) < LOCAL_HEADER.size:
        raise ImageError(_DAMAGED)
    signature, *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack_from(part)
    if signature != LOCAL_SIGNATURE:
        raise ImageError(_DAMAGED)
    start = LOCAL_HEADER.size + name_bytes + extra_bytes
    if start + packed_bytes > count:
        return stores.read_range(item.address, member.start + start, packed_bytes, item.root)
    return part[start : start + packed_bytes]


def _inflate(packed: bytes, *, is_near: bool) -> bytes:
    """Unpack an item, up to one byte more than it may have."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            check_size(len(content), content, is_near=is_near)
            content += unpacker.decompress(unpacker.unconsumed_tail, MAX_DOCUMENT_BYTES - MAX_BYTES)
    except zlib.error as error:
        raise ImageError(_DAMAGED) from error
    return content
