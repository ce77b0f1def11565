import pytest

from digitnet.documents.archives import (
    MAX_MEMBERS,
    MAX_UNPACKED_BYTES,
    Unpacked,
    describe_others,
    is_zip,
    list_folder,
    unpack,
)
from digitnet.errors import ImageError
from tests.helpers.archives import falsify_size, pack, pack_zeros
from tests.helpers.document_files import encode, make_empty_pages, make_gray

PICTURE = encode([make_gray(90)], "PNG")
PDF = make_empty_pages((100, 100))


def test_pictures_of_a_zip_file_come_in_the_order_people_count():
    content = pack(
        {"page10.png": PICTURE, "page2.png": PICTURE, "a/scan.pdf": PDF, "b.tif": encode([make_gray(9)], "TIFF")}
    )
    assert is_zip(content)
    unpacked = unpack("scan.zip", content)
    names = ["a/scan.pdf", "b.tif", "page2.png", "page10.png"]
    assert [member.name for member in unpacked.members] == [f"scan.zip / {name}" for name in names]
    assert unpacked.members[0].content == PDF
    assert describe_others(unpacked) == ""


def test_files_that_are_no_pictures_are_named_in_one_sentence():
    files = {"notes.txt": "Hello", "a.png": PICTURE, "b.docx": b"PK\x03\x04", "empty.jpg": b"", ".DS_Store": b"x"}
    unpacked = unpack("scan.zip", pack({**files, "__MACOSX/a.png": b"x", "Thumbs.db": b"x"}))
    assert [member.name for member in unpacked.members] == ["scan.zip / a.png"]
    assert describe_others(unpacked) == "3 files are no pictures: b.docx, empty.jpg, notes.txt."


def test_many_files_that_are_no_pictures_are_counted():
    unpacked = Unpacked((), tuple(f"{number}.txt" for number in range(8)), ())
    assert describe_others(unpacked) == "8 files are no pictures: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 3 more."


def test_archive_in_an_archive_is_left_out_with_a_sentence():
    unpacked = unpack("scan.zip", pack({"a.png": PICTURE, "more.zip": pack({"b.png": PICTURE})}))
    assert len(unpacked.members) == 1
    assert describe_others(unpacked) == "1 file is an archive in another: more.zip; unpack it first."


def test_damaged_picture_is_kept_so_that_its_reading_says_so():
    unpacked = unpack("scan.zip", pack({"cut.png": PICTURE[:60]}))
    assert [member.name for member in unpacked.members] == ["scan.zip / cut.png"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("../../etc/a.png", "etc/a.png"),
        ("/root/a.png", "root/a.png"),
        ("C:\\scans\\a.png", "C:/scans/a.png"),
        ("a\x1b[31m.png", "a_[31m.png"),
        (f"{200 * 'b'}.png", f"…{116 * 'b'}.png"),
    ],
)
def test_names_are_made_safe(path, name):
    assert unpack("x.zip", pack({path: PICTURE})).members[0].name == f"x.zip / {name}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pack({}), "The ZIP file holds no picture."),
        (pack({"a.txt": "a"}), "The ZIP file holds no picture. 1 file is no picture: a.txt."),
        (b"PK\x03\x04 no zip file", "The file is no zip file, or it is damaged"),
        (pack({f"{number}.png": b"" for number in range(MAX_MEMBERS + 1)}), "at most 300 files"),
        (falsify_size(pack({"a.png": PICTURE}), MAX_UNPACKED_BYTES + 1), "at most 200 MB unpacked"),
        (pack_zeros(["a.png"], 300, 100), "holds more of 'a.png' than the 100 bytes it claims"),
    ],
    ids=["empty", "without pictures", "damaged", "many files", "large", "bomb"],
)
def test_zip_file_that_cannot_be_unpacked_is_refused(content, sentence):
    with pytest.raises(ImageError, match=sentence):
        unpack("scan.zip", content)


def test_files_of_a_folder_and_its_folders_are_listed(tmp_path):
    (tmp_path / "sub").mkdir()
    for name, content in {
        "sub/page10.png": PICTURE,
        "sub/page9.png": PICTURE,
        "a.pdf": PDF,
        "notes.txt": b"Hello",
        "b.zip": pack({"c.png": PICTURE}),
        "d.rar": b"Rar!",
        ".hidden.png": PICTURE,
    }.items():
        (tmp_path / name).write_bytes(content)
    files, found = list_folder(tmp_path)
    names = [file.relative_to(tmp_path).as_posix() for file in files]
    assert names == ["a.pdf", "b.zip", "sub/page9.png", "sub/page10.png"]
    assert (found.others, found.archives) == (("notes.txt",), ("d.rar",))


def test_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(ImageError, match=r"The folder holds no picture\."):
        list_folder(tmp_path)
