"""Archives in stores: S3 (moto's server) and a plain web server, both on this machine."""

import io
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import boto3
import fsspec
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer
from s3fs.errors import translate_boto_error

from digitnet.archive.item_reader import ItemReader
from digitnet.archive.items import load_content
from digitnet.archive.job import read_archive
from digitnet.archive.listing import list_items
from digitnet.archive.silence import StoreError, explain_silence
from digitnet.archive.stores import read_range
from digitnet.errors import ArchiveError, ImageError
from tests.archive.conftest import list_files, make_outcome, read_names

NAMES = [f"{number:04d}.png" for number in range(5)]


def pack_zip():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name in NAMES:
            file.writestr(name, name)
    return content.getvalue()


def pack_tar(mode):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as file:
        for name in NAMES:
            info = tarfile.TarInfo(name)
            info.size = len(name)
            file.addfile(info, io.BytesIO(name.encode()))
    return content.getvalue()


def load_all(source):
    return {item.name: load_content(item).decode() for item in list_items(source)}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    """A bucket of S3 with five files in a folder of two, and archives beside it."""
    url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    for name, value in {"ENDPOINT_URL": url, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket="archive")
    for name in NAMES:
        client.put_object(Bucket="archive", Key=f"scans/{name}", Body=name.encode())
    client.put_object(Bucket="archive", Key="scans/", Body=b"")
    client.put_object(Bucket="archive", Key="scans2/other.png", Body=b"other")
    client.put_object(Bucket="archive", Key="packed/a.zip", Body=pack_zip())
    client.put_object(Bucket="archive", Key="packed/b.tar", Body=pack_tar("w"))
    client.put_object(Bucket="archive", Key="packed/c.tgz", Body=pack_tar("w:gz"))
    client.put_object(Bucket="archive", Key="list.csv", Body=b"file\nscans/0001.png\ns3://archive/scans2/other.png\n")
    yield "s3://archive"
    for entry in client.list_objects_v2(Bucket="archive")["Contents"]:
        client.delete_object(Bucket="archive", Key=entry["Key"])
    client.delete_bucket(Bucket="archive")
    client.close()


@pytest.mark.parametrize("end", ["scans", "scans/", "scans/*.png", "packed/a.zip", "packed/b.tar", "packed/c.tgz"])
def test_bucket_gives_files_and_those_in_its_archives(bucket, end):
    assert load_all(f"{bucket}/{end}") == {name: name for name in NAMES}


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("**/scan.png", ["x/scan.png", "y/scan.png"]),
        ("x/s*.png", ["scan.png"]),
        ("[xy]/scan.png", ["x/scan.png", "y/scan.png"]),
    ],
)
def test_files_of_a_pattern_that_have_one_name_are_told_apart(bucket, pattern, names):
    with fsspec.open(f"{bucket}/x/scan.png", "wb") as file:
        file.write(b"x")
    with fsspec.open(f"{bucket}/y/scan.png", "wb") as file:
        file.write(b"y")
    assert sorted(item.name for item in list_items(f"{bucket}/{pattern}")) == names


def test_archives_below_an_address_are_opened(bucket):
    expected = {f"{file}/{name}": name for file in ("a.zip", "b.tar", "c.tgz") for name in NAMES}
    assert load_all(f"{bucket}/packed") == expected


def test_file_of_a_bucket_is_an_archive_too(bucket):
    assert load_all(f"{bucket}/scans/0003.png") == {"0003.png": "0003.png"}


def test_csv_in_a_bucket_names_files_and_addresses(bucket):
    assert load_all(f"{bucket}/list.csv") == {"scans/0001.png": "0001.png", "s3://archive/scans2/other.png": "other"}


def test_bucket_is_listed_page_by_page(bucket, monkeypatch):
    calls = []
    files = fsspec.get_filesystem_class("s3")
    call = files.call_s3

    def call_for_two(self, name, **settings):
        calls.append(name)
        return call(self, name, **settings, MaxKeys=2)

    monkeypatch.setattr(files, "call_s3", call_for_two)
    items = list_items(f"{bucket}/scans")
    assert next(items).name == "0000.png"
    assert len(calls) == 1
    assert len(list(items)) == 4
    assert len(calls) > 2


def test_siblings_of_a_folder_of_a_bucket_are_not_paged_through(bucket, monkeypatch):
    for end in ("2024", "2024-old.png", "2024/a.png"):
        with fsspec.open(f"{bucket}/years/{end}", "wb") as file:
            file.write(b"x")
    asked = []
    files = fsspec.get_filesystem_class("s3")
    call = files.call_s3

    def note(self, name, **settings):
        asked.append(settings["Prefix"])
        return call(self, name, **settings)

    monkeypatch.setattr(files, "call_s3", note)
    assert sorted(item.name for item in list_items(f"{bucket}/years/2024")) == ["2024", "a.png"]
    assert asked == ["years/2024/", "years/2024"]


@pytest.mark.parametrize("end", ["none", "none/", "none.zip"])
def test_address_without_files_is_a_sentence(bucket, end):
    with pytest.raises(ArchiveError, match=r"There is no file at|cannot be opened"):
        load_all(f"{bucket}/{end}")


def test_file_that_is_deleted_meanwhile_is_its_error(bucket):
    with pytest.raises(ImageError, match="cannot be opened"):
        read_range(f"{bucket}/scans/gone.png", 0, 10)


def test_empty_file_of_a_bucket_is_empty(bucket):
    with fsspec.open(f"{bucket}/empty.png", "wb"):
        pass
    assert load_all(f"{bucket}/empty.png") == {"empty.png": ""}


def test_empty_file_of_a_tar_file_is_not_asked_for(bucket, monkeypatch):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as file:
        file.addfile(tarfile.TarInfo("empty.png"))
    with fsspec.open(f"{bucket}/empty.tar", "wb") as file:
        file.write(content.getvalue())
    [item] = list_items(f"{bucket}/empty.tar")
    monkeypatch.setattr(fsspec.get_filesystem_class("s3"), "cat_file", None)
    assert load_content(item) == b""


def fail(code, status):
    answer = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    raise translate_boto_error(ClientError(answer, "GetObject"))


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *[("ExpiredToken", 400), ("InvalidAccessKeyId", 403), ("RequestTimeTooSkewed", 403)],
        *[
            ("SignatureDoesNotMatch", 403),
            ("InvalidToken", 400),
            ("SlowDown", 503),
            ("RequestTimeout", 400),
            ("400", 400),
        ],
    ],
)
def test_expired_keys_and_busy_stores_are_no_fault_of_a_file(code, status):
    with pytest.raises(StoreError, match="cannot be reached"), explain_silence("s3://archive/a.png"):
        fail(code, status)


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("NoSuchKey", 404), ("KeyTooLongError", 400)])
def test_lasting_answer_of_a_bucket_is_the_fault_of_a_file(code, status):
    with pytest.raises(OSError, match=r"No\.|the server answers"), explain_silence("s3://archive/a.png"):
        fail(code, status)


def test_address_that_no_bucket_can_have_is_its_error(bucket):
    with pytest.raises(ImageError, match="cannot be opened"):
        read_range("s3://No Bucket!/a.png", 0, 10)


def test_unknown_kinds_of_addresses_in_a_list_are_their_errors(tmp_path, options):
    (tmp_path / "list.csv").write_text("a.png\npigeon://post/a.zip\npigeon://post/a.png\n")
    items = {item.name: item for item in list_items(str(tmp_path / "list.csv"))}
    assert len(items) == 3
    assert "cannot be read: " in items["pigeon://post/a.zip"].error
    reader = ItemReader(None, options)
    assert "cannot be read: " in reader._fetch(items["pigeon://post/a.png"]).error


def test_unknown_kind_of_address_is_a_sentence():
    with pytest.raises(ArchiveError, match="cannot be read: "):
        load_all("pigeon://post/a.png")


class _Handler(SimpleHTTPRequestHandler):
    def send_head(self):
        status = self.path.rpartition("status")[2].rstrip("/")
        return self.send_error(int(status)) if status.isdigit() else super().send_head()

    def log_message(self, *_):
        pass


def serve(folder, port=0):
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server):
    server.shutdown()
    server.server_close()


@pytest.fixture
def web(tmp_path):
    """A plain web server of a folder of five files."""
    (tmp_path / "web" / "scans").mkdir(parents=True)
    for name in NAMES:
        (tmp_path / "web" / "scans" / name).write_text(name)
    (tmp_path / "web" / "c.tgz").write_bytes(pack_tar("w:gz"))
    (tmp_path / "web" / "a.zip").write_bytes(pack_zip())
    server = serve(tmp_path / "web")
    yield server
    stop(server)


def get_address(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


@pytest.mark.parametrize("end", ["scans/", "c.tgz"])
def test_web_server_gives_the_files_of_a_folder_and_of_an_archive(web, end):
    assert load_all(f"{get_address(web)}/{end}") == {name: name for name in NAMES}


def test_links_that_sort_a_page_of_a_web_server_are_no_files(web, tmp_path):
    links = "".join(f'<a href="{link}">a</a>' for link in ("?C=N;O=D", "../", *NAMES))
    (tmp_path / "web" / "scans" / "index.html").write_text(f"<html>{links}</html>")
    assert load_all(f"{get_address(web)}/scans/") == {name: name for name in NAMES}


def write_page(folder, *links):
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text("".join(f'<a href="{link}">a</a>' for link in links))


@pytest.mark.parametrize("start", ["", "/scans", "{address}/scans"])
def test_links_of_a_web_folder_to_itself_and_out_of_it_are_not_followed(web, tmp_path, start):
    start = start.format(address=get_address(web))
    folder = f"{start}/" if start else ""
    links = ("./", "../", "../../", f"{start}/", f"{folder}./", f"{folder}deep/../", "#top", "/", "../c.tgz", "//", ".")
    write_page(tmp_path / "web" / "scans", *links, *NAMES, f"{folder}deep/", "./deep/", "deep/../0000.png")
    write_page(tmp_path / "web" / "scans" / "deep", "../", "./", "../deep/", "a.png#top", "mailto:me@example")
    (tmp_path / "web" / "scans" / "deep" / "a.png").write_text("deep")
    names = [item.name for item in islice(list_items(f"{get_address(web)}/scans/"), 100)]
    assert sorted(set(names)) == [*NAMES, "deep/a.png"]
    assert len(names) < 10


@pytest.mark.parametrize("link", ["none/", "status403/"])
def test_folder_of_a_web_server_that_is_missing_is_an_error_of_its_own(web, tmp_path, link):
    write_page(tmp_path / "web" / "scans", link, *NAMES)
    items = {item.name: item.error for item in list_items(f"{get_address(web)}/scans/")}
    assert sorted(items) == sorted([*NAMES, link.rstrip("/")])
    assert items[link.rstrip("/")] == "The folder cannot be listed."


def test_zip_file_of_a_server_that_sends_no_parts_says_so(web):
    with pytest.raises((ArchiveError, ImageError), match="download the file"):
        load_all(f"{get_address(web)}/a.zip")


def test_large_tar_file_of_a_server_that_sends_no_parts_says_so(web, tmp_path):
    with tarfile.open(tmp_path / "web" / "large.tar", "w") as file:
        for name in ("a.png", "b.png", "c.png"):
            info = tarfile.TarInfo(name)
            info.size = 6 * 2**20
            file.addfile(info, io.BytesIO(bytes(info.size)))
    items = list(list_items(f"{get_address(web)}/large.tar"))
    assert "download the file" in items[-1].error


def test_missing_page_of_a_web_server_is_its_error(web):
    with pytest.raises(ImageError, match="cannot be opened"):
        read_range(f"{get_address(web)}/none.png", 0, 10)


@pytest.mark.parametrize("status", [400, 403, 405, 410, 414])
def test_lasting_answer_of_a_web_server_is_the_fault_of_a_file(web, status):
    with pytest.raises(ImageError, match=f"the server answers {status}|cannot be opened"):
        read_range(f"{get_address(web)}/status{status}", 0, 10)


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
def test_answer_of_a_web_server_that_may_pass_is_no_fault_of_a_file(web, status):
    with pytest.raises(StoreError, match="cannot be reached"):
        read_range(f"{get_address(web)}/status{status}", 0, 10)


def test_range_that_a_web_server_has_not_is_empty(web):
    assert read_range(f"{get_address(web)}/status416", 0, 10) == b""


def test_secrets_of_addresses_are_neither_names_nor_in_sentences(web, tmp_path, options):
    address = get_address(web).replace("//", "//me:hidden@")
    signature = "X-Amz-Date=1&X-Amz-Signature=hidden/hidden"
    lines = [
        f"{address}/scans/0000.png?{signature}",
        f"{address}/scans/0001.png?page=2&sig=hidden",
        f"{address}/none.tgz",
    ]
    (tmp_path / "list.csv").write_text("\n".join(lines))
    items = list(list_items(str(tmp_path / "list.csv")))
    plain = get_address(web)
    assert [item.name for item in items] == [
        f"{plain}/scans/0000.png",
        f"{plain}/scans/0001.png?page=2",
        f"{plain}/none.tgz",
    ]
    assert load_content(items[0]) == b"0000.png"
    assert items[2].error
    source = f"{address}/scans/0002.png?{signature}"
    read_archive(source, tmp_path / "out", options, read_names)
    assert list_files(tmp_path / "out") == ["0002.png"] * 2
    with pytest.raises(StoreError) as silence:
        read_range(f"{address}/a?sig=hidden&status500", 0, 10)
    with pytest.raises(ArchiveError) as missing:
        load_all(f"{address}/none.png?sig=hidden")
    kept = (tmp_path / "out" / "_settings.json").read_text()
    assert "hidden" not in " ".join([items[2].error, str(silence.value), str(missing.value), kept])


def test_store_that_stops_midway_loses_and_doubles_nothing(web, tmp_path, options):
    source = f"{get_address(web)}/scans/"

    def read_contents(items, options, stopping):
        for count, item in enumerate(items):
            if count == 3 and stops:
                stop(web)
            load_content(item)
            yield make_outcome([item])

    stops = True
    with pytest.raises(StoreError, match=r"cannot be reached .*; check address, network and access, then run the same"):
        read_archive(source, tmp_path / "out", options, read_contents)
    assert len(list_files(tmp_path / "out")) == 6
    again = serve(tmp_path / "web", web.server_address[1])
    read_archive(source, tmp_path / "out", options, read_names)
    stop(again)
    assert list_files(tmp_path / "out") == sorted(2 * NAMES)
