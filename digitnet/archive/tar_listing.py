"""List the files of a TAR file one by one, with the content of those that are compressed."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from typing import IO, Any, cast

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.items import Item, Member
from digitnet.archive.silence import is_without_parts
from digitnet.preprocessing.images import MAX_BYTES

_MAGIC = b"ustar"
_MAGIC_PLACE = 257
_DAMAGED = "The TAR file is damaged or incomplete; copy or download it again."
_DAMAGE_ERRORS = (tarfile.TarError, zlib.error, LZMAError, EOFError, ValueError)


def list_tar(file: IO[bytes], address: str, prefix: str = "") -> Iterator[Item]:
    """Yield the files of a TAR file, without folders and links; damage of the file is the error of a last item.

    The files of a compressed one are read from the first on; their items have their content. What the disk or store
    raises (OSError and others) is none of its damages.

    Args:
        file: the file.
        address: its path or address.
        prefix: begins the names of the items.
    """
    is_plain = file.read(_MAGIC_PLACE + len(_MAGIC)).endswith(_MAGIC)
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:" if is_plain else "r|*") as tar:
            while member := tar.next():
                cast("Any", tar).members.clear()  # It would keep all that were listed.
                if not member.isfile():
                    continue
                name = f"{prefix}{member.name.removeprefix('./')}"
                if is_plain and not member.issparse():
                    yield Item(name, address, Member(member.offset_data, member.size))
                elif content := tar.extractfile(member):
                    yield Item(name, address, content=content.read(MAX_BYTES + 1))
    except _DAMAGE_ERRORS as error:
        if is_without_parts(error):
            raise
        yield Item(prefix.rstrip("/") or hide_secrets(address), address, error=_DAMAGED)
