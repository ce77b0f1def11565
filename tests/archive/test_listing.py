"""Archives are listed one file at a time, whatever holds the files, and each file's content is found."""

import io
import os
import shutil
import struct
import tarfile
import zipfile

import pytest

from digitnet.archive import listing
from digitnet.archive.items import load_content
from digitnet.archive.listing import list_items
from digitnet.archive.tar_listing import list_tar
from digitnet.errors import ArchiveError, ImageError

NAMES = sorted([*(f"{number}.png" for number in range(10)), "deep/a.png", "deep/deeper/b.png"])


def list_names(source, left_out=None):
    return sorted(item.name for item in list_items(str(source), left_out))


def load_all(source):
    return {item.name: load_content(item).decode() for item in list_items(str(source))}


def write_zip(path, folder, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name in NAMES:
            file.write(folder / name, name)
    return path


def write_tar(path, folder, mode="w"):
    with tarfile.open(path, mode) as file:
        file.add(folder, ".")
    return path


def test_folder_gives_all_files_below_it_by_their_paths(folder):
    assert load_all(folder) == {name: name for name in NAMES}


def test_files_of_the_system_are_left_out(folder):
    (folder / ".hidden").write_text("")
    (folder / "Thumbs.db").write_text("")
    assert list_names(folder) == NAMES


def test_results_in_the_folder_are_no_part_of_it(folder):
    (folder / "results").mkdir()
    (folder / "results" / "part-000001.parquet").write_text("")
    assert list_names(folder, folder / "results") == NAMES
    assert len(list_names(folder)) == len(NAMES) + 1


def test_subfolder_that_cannot_be_listed_is_an_error_and_the_others_are_listed(folder, monkeypatch):
    scan = os.scandir

    def refuse(path):
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(listing.os, "scandir", refuse)
    items = {item.name: item.error for item in list_items(str(folder))}
    assert items.pop("deep") == "The folder cannot be listed: Permission denied."
    assert sorted(items) == NAMES[:10]
    monkeypatch.setattr(listing.os, "scandir", lambda path: refuse("deep"))
    with pytest.raises(ArchiveError, match="cannot be listed: Permission denied"):
        list_names(folder)


def test_links_to_folders_are_not_followed_for_ever(folder):
    (folder / "deep" / "loop").symlink_to(folder)
    assert list_names(folder) == NAMES


def test_pattern_gives_files_that_match(folder):
    found = list_names(folder / "**" / "[ab].png")
    assert found == ["deep/a.png", "deep/deeper/b.png"]


@pytest.mark.parametrize("pattern", ["scans/*.png", "scans/[0-9].png", "./scans/?.png", "*/?.png"])
def test_files_of_a_pattern_have_one_name_wherever_it_is_typed(folder, monkeypatch, pattern):
    monkeypatch.chdir(folder.parent)
    relative = {(item.name, item.address) for item in list_items(pattern)}
    assert relative == {(item.name, item.address) for item in list_items(str(folder.parent / pattern))}
    assert len(relative) == 10


def test_pattern_in_a_folder_whose_name_has_its_signs_matches(folder, tmp_path, monkeypatch):
    (tmp_path / "box [1]").mkdir()
    folder.rename(tmp_path / "box [1]" / "scans")
    monkeypatch.chdir(tmp_path / "box [1]")
    assert list_names("scans/deep/*.png") == ["a.png"]


@pytest.mark.parametrize(
    "source", ["scans", "scans/*.png", "scans/a.zip", "scans/b.tar", "scans/list.csv", "scans/0.png"]
)
def test_files_of_a_relative_source_are_found_from_elsewhere(folder, tmp_path, monkeypatch, source):
    write_zip(folder / "a.zip", folder)
    write_tar(tmp_path / "b.tar", folder).rename(folder / "b.tar")
    (folder / "list.csv").write_text("0.png\na.zip\n")
    monkeypatch.chdir(folder.parent)
    items = list(list_items(source))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    contents = {item.name: load_content(item) for item in items}
    assert contents["0.png"] == b"0.png"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_file_gives_the_files_in_it(folder, tmp_path, method):
    assert load_all(write_zip(tmp_path / "a.zip", folder, method)) == {name: name for name in NAMES}


@pytest.mark.slow
def test_zip_file_of_more_entries_than_16_bits_count_is_listed(tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as file:
        for number in range(65_600):
            file.writestr(zipfile.ZipInfo(str(number)), b"")
    items = list_items(str(tmp_path / "many.zip"))
    assert next(items).name == "0"
    assert sum(1 for _ in items) == 65_599


@pytest.mark.slow
def test_zip_file_whose_16_bits_count_too_few_entries_is_listed(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(65_540):
            file.writestr(zipfile.ZipInfo(str(number)), b"")
    content = path.read_bytes()
    end = content.rindex(b"PK\x06\x06")
    size, start = struct.unpack("<2Q", content[end + 40 : end + 56])
    path.write_bytes(content[:end] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 4, 4, size, start, 0))
    items = list(list_items(str(path)))
    assert len(items) == 65_540
    assert not items[-1].error


@pytest.mark.parametrize("place", [0, 2**63 + 1])
def test_zip_file_with_a_place_beyond_its_end_is_damaged(tmp_path, place):
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 46, 2**63 + 1)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    (tmp_path / "a.zip").write_bytes(record + locator + b"PK\x05\x06" + bytes(18))
    [item] = list_items(str(tmp_path / "a.zip"))
    assert "damaged or incomplete" in item.error


def test_zip_entry_with_a_place_beyond_the_end_is_an_error_of_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.png", b"content")
    content = bytearray((tmp_path / "a.zip").read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 42 : entry + 46] = struct.pack("<L", 2**32 - 2)
    (tmp_path / "a.zip").write_bytes(content)
    [item] = list_items(str(tmp_path / "a.zip"))
    with pytest.raises(ImageError, match="damaged in its archive"):
        load_content(item)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2"])
def test_silence_of_a_store_is_no_damage_of_a_tar_file(folder, tmp_path, mode):
    step = 512 if mode == "w" else 64

    class Silent(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= 2 * step:
                raise TimeoutError("The store is silent.")
            return super().read(min(size, step))

    content = write_tar(tmp_path / "a", folder, mode).read_bytes()
    with pytest.raises(TimeoutError):
        list(list_tar(Silent(content), "s3://bucket/a.tar"))


def test_zip_entry_of_64_bits_is_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file, file.open("a.png", "w", force_zip64=True) as entry:
        entry.write(b"content")
    content = (tmp_path / "a.zip").read_bytes()
    start = content.rindex(b"PK\x01\x02")
    extra = struct.pack("<2H2Q", 1, 16, 7, 7)
    sizes = struct.pack("<2L", 2**32 - 1, 2**32 - 1)
    entry = content[start : start + 20] + sizes + content[start + 28 : start + 30] + struct.pack("<H", len(extra))
    entry += content[start + 32 : start + 51] + extra
    end = content[content.rindex(b"PK\x05\x06") :]
    (tmp_path / "a.zip").write_bytes(content[:start] + entry + end)
    assert load_all(tmp_path / "a.zip") == {"a.png": "content"}


@pytest.mark.parametrize(("name", "mode"), [("a.tar", "w"), ("a.tgz", "w:gz"), ("a.tar.xz", "w:xz")])
def test_tar_file_gives_the_files_in_it(folder, tmp_path, name, mode):
    assert load_all(write_tar(tmp_path / name, folder, mode)) == {name: name for name in NAMES}


def test_archives_in_a_folder_give_the_files_in_them(folder, tmp_path):
    os.mkdir(tmp_path / "all")
    write_zip(tmp_path / "all" / "a.zip", folder)
    write_tar(tmp_path / "all" / "b.tar", folder)
    assert list_names(tmp_path / "all") == sorted(f"{file}/{name}" for file in ("a.zip", "b.tar") for name in NAMES)


@pytest.mark.parametrize(
    "text", ["file\n0.png\ndeep/a.png\n", "0.png\ndeep/a.png\n", "year,Path\n1,0.png\n2,deep/a.png\n"]
)
def test_csv_file_names_files_by_their_paths_from_its_folder(folder, text):
    (folder / "list.csv").write_text(text)
    assert load_all(folder / "list.csv") == {"0.png": "0.png", "deep/a.png": "deep/a.png"}


def test_one_file_is_an_archive_too(folder):
    assert load_all(folder / "deep" / "a.png") == {"a.png": "deep/a.png"}


def test_name_that_is_no_text_becomes_one(folder):
    with open(os.fsencode(folder) + b"/\xff.png", "w") as file:
        file.write("strange")
    [name] = set(list_names(folder)) - set(NAMES)
    assert name == "\\udcff.png"
    assert load_all(folder)[name] == "strange"


def test_what_does_not_exist_is_a_sentence(tmp_path):
    with pytest.raises(ArchiveError, match="There is no file or folder"):
        list_names(tmp_path / "none")


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)[:10]])
def test_damaged_archive_is_an_item_with_an_error(tmp_path, name, content):
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / name).write_bytes(content)
    [item] = list_items(str(tmp_path / "all"))
    assert item.name == name
    with pytest.raises(ImageError, match="damaged or incomplete"):
        load_content(item)


def test_cut_archives_give_what_is_left_and_an_error(folder, tmp_path):
    path = write_tar(tmp_path / "a.tgz", folder, "w:gz")
    path.write_bytes(path.read_bytes()[:-40])
    items = list(list_items(str(path)))
    assert [item.error for item in items[:-1]] == [""] * (len(items) - 1)
    assert "damaged or incomplete" in items[-1].error


def test_zip_entry_with_wrong_content_is_damaged(folder, tmp_path):
    path = write_zip(tmp_path / "a.zip", folder, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"deep/a.png", b"deep/A.png"))  # Name and content.
    items = {item.name: item for item in list_items(str(path))}
    with pytest.raises(ImageError, match="damaged in its archive"):
        load_content(items["deep/A.png"])
    assert load_content(items["0.png"]) == b"0.png"


def test_encrypted_zip_entry_says_so(folder, tmp_path):
    path = write_zip(tmp_path / "a.zip", folder)
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert next(item.error for item in list_items(str(path)) if item.error).startswith("The file is encrypted")


def test_large_folder_is_listed_as_it_is_asked_for(folder, monkeypatch):
    opened = []
    scan = os.scandir
    monkeypatch.setattr(listing.os, "scandir", lambda path: opened.append(path) or scan(path))
    items = list_items(str(folder))
    next(items)
    assert len(opened) == 1


def test_unpacked_file_that_is_too_large_is_refused(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.png", bytes(41 * 2**20))
    (tmp_path / "a.zip").write_bytes(content.getvalue())
    [item] = list_items(str(tmp_path / "a.zip"))
    with pytest.raises(ImageError, match="at most 40 MB"):
        load_content(item)


@pytest.mark.parametrize(
    "text",
    [
        "Scan\n0.png\ndeep/a.png\n",
        "Nr.;Datei\r\n1;0.png\r\n2;deep/a.png\r\n",
        "Datei;Betrag\n0.png;1,50\ndeep/a.png;2,50\n",
        "Datei\tBetrag\n0.png\t1,50\ndeep/a.png\t2,50\n",
        "0.png;1,50\ndeep/a.png;2,50\n",
        "1;0.png\n2;deep/a.png\n",
        "sep=;\nScan;Name\n0.png;x.png\ndeep/a.png;y.png\n",
        'Scan;Text\n0.png;"a;b\nc"\ndeep/a.png;\n',
        "Scan;\n0.png\n\ndeep/a.png;x;y\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_of_spreadsheets_name_files_whatever_their_signs_and_headings(folder, text, encoding):
    (folder / "list.csv").write_bytes(text.encode(encoding))
    names = {item.name for item in list_items(str(folder / "list.csv"))}
    assert names == ({"x.png", "y.png"} if "Name" in text else {"0.png", "deep/a.png"})


def test_list_of_a_windows_spreadsheet_keeps_its_umlauts(folder):
    (folder / "Prüfung.png").write_text("x")
    (folder / "list.csv").write_bytes("Straße\nPrüfung.png\n".encode("cp1252"))
    assert load_all(folder / "list.csv") == {"Prüfung.png": "x"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("gone.png\n0.png\n", ["0.png", "gone.png"]),
        ("gone.png\n", ["gone.png"]),
        ("gone.png\n0.pdf\ns3://scans/a.jpg\n", ["0.pdf", "gone.png", "s3://scans/a.jpg"]),
        ("/mnt/gone/a\nb\n", ["/mnt/gone/a", "b"]),
        ("s3://scans/a\ns3://scans/b\n", ["s3://scans/a", "s3://scans/b"]),
    ],
)
def test_file_that_is_missing_is_no_heading(folder, text, names):
    (folder / "list.csv").write_text(text)
    assert list_names(folder / "list.csv") == names


HIDDEN = (".hidden.png", ".cache/a.png", "deep/.trash/b.png", "Thumbs.db", "deep/thumbs.db", "__MACOSX/0.png")


@pytest.mark.parametrize("end", ["", "/**/*", "/**", "all.zip", "all.tar", "all.tgz"])
def test_files_of_systems_and_hidden_ones_are_left_out_of_all_sources(folder, tmp_path, end):
    for name in HIDDEN:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    for name, kind in (("all.zip", "zip"), ("all.tar", "tar"), ("all.tgz", "gztar")):
        path = shutil.make_archive(str(tmp_path / "packed"), kind, folder)
        os.rename(path, tmp_path / name)
    source = tmp_path / end if end.startswith("all") else f"{folder}{end}"
    assert sorted(set(list_names(source))) == NAMES


def test_file_in_a_hidden_folder_is_read_if_it_is_named(folder):
    (folder / ".cache").mkdir()
    (folder / ".cache" / "a.png").write_text("x")
    (folder / "list.csv").write_text(".cache/a.png\n0.png\n")
    assert list_names(folder / "list.csv") == [".cache/a.png", "0.png"]
    assert list_names(folder / ".cache") == list_names(folder / ".cache" / "a.png") == ["a.png"]
