"""A PDF or TIFF on a disk may be larger than other files, wherever it lies there; each page is read as elsewhere."""

import io
import tarfile
import zipfile

import pytest
from PIL import Image

from digitnet.archive.file_sizes import MAX_DOCUMENT_BYTES
from digitnet.archive.items import Item, load_content
from digitnet.archive.listing import list_items
from digitnet.documents.opening import open_document
from digitnet.errors import ImageError
from digitnet.preprocessing.images import MAX_BYTES

KINDS = ("PDF", "TIFF")


def make_document(kind, byte_count=MAX_BYTES + 2**20):
    """Return a file of two pages that has about so many bytes, most of which no page needs."""
    content = io.BytesIO()
    first, second = Image.new("L", (90, 60), 255), Image.new("L", (60, 90), 255)
    first.save(content, kind, save_all=True, append_images=[second])
    if kind == "TIFF":
        return content.getvalue() + bytes(byte_count)
    before, _, after = content.getvalue().rpartition(b"xref\n0")
    unused = b"99 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (byte_count, bytes(byte_count))
    table, _, _ = after.partition(b"startxref")
    return b"%s%sxref\n0%sstartxref\n%d\n%%%%EOF" % (before, unused, table, len(before) + len(unused))


def pack(folder, name, content, kind):
    if kind == "tar":
        with tarfile.open(folder / "all.tar", "w") as file:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    else:
        with zipfile.ZipFile(folder / "all.zip", "w", kind) as file:
            file.writestr(name, content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["file", "tar", zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_pages_of_a_large_document_are_loaded(tmp_path, kind, place):
    content = make_document(kind)
    if place == "file":
        (tmp_path / f"scans.{kind}").write_bytes(content)
    else:
        pack(tmp_path, f"scans.{kind}", content, place)
    [item] = list_items(str(tmp_path))
    document = open_document(load_content(item), MAX_DOCUMENT_BYTES)
    shapes = [document.load(number).image.shape[:2] for number in (1, 2)]
    assert document.count == 2
    assert shapes[0][0] < shapes[0][1]
    assert shapes[1][0] > shapes[1][1]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["file", "tar", zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(("head", "byte_count"), [(b"\x89PNG\r\n", MAX_BYTES + 1), (b"%PDF-", MAX_DOCUMENT_BYTES + 1)])
def test_file_that_is_too_large_is_told_the_limits(tmp_path, place, head, byte_count):
    content = head + bytes(byte_count - len(head))
    if place == "file":
        (tmp_path / "scans").write_bytes(content)
    else:
        pack(tmp_path, "scans", content, place)
    [item] = list_items(str(tmp_path))
    with pytest.raises(ImageError, match="at most 40 MB can be read, or 200 MB of a PDF or TIFF on a disk, so save it"):
        load_content(item)


def test_large_document_of_a_store_is_refused(options):
    item = Item("scans.pdf", "s3://bucket/scans.pdf", content=b"%PDF-" + bytes(MAX_BYTES))
    with pytest.raises(ImageError, match="of a PDF or TIFF on a disk"):
        load_content(item)


@pytest.mark.parametrize("kind", KINDS)
def test_large_document_stays_refused_elsewhere(kind):
    with pytest.raises(ImageError, match="at most 40 MB can be read"):
        open_document(make_document(kind)).load(1)
