"""Files from anywhere are unpacked in little memory: what comes out is counted, and more than is allowed stops it."""

import json
import subprocess
import sys
import zipfile

import pytest

from digitnet.errors import CollectionError, ModelError
from digitnet.paths import ROOT
from digitnet.zip_files import ZipFiles
from tests.helpers.archives import falsify_size, pack, pack_zeros

MAX_MEGABYTES = 200  # The program alone takes 70 MB; the largest file of these unpacks to 1,900 MB.
# The peak of memory is read where it counts from the start of the program; `getrusage` counts from its parent's.
UNPACK = """
import json, re, resource, struct
from pathlib import Path
from digitnet.collection.exchange.importing import preview_files
from digitnet.errors import DigitnetError
from digitnet.models.zip_package import read_package
from tests.helpers.archives import gzip_zeros, pack, pack_zeros

resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
images, labels = (bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) for shape in
                  ((50_000, 100, 100), (50_000,)))
files = [
    {"a.npz": pack_zeros(["x.npy"], 1900, 100)},
    {"a.zip": pack_zeros(["7/a.png", "7/b.png", "7/c.png", "7/d.png"], 500, 100)},
    {"a.zip": pack({"b.npz": pack_zeros(["x.npy"], 1900, 100)})},
    {"a.zip": pack_zeros(["a-idx3-ubyte.gz"], 1900, 1900 * 2**20)},
    {"a-idx3.gz": gzip_zeros(500, images), "a-idx1.gz": gzip_zeros(500, labels)},
]
models = [pack_zeros(["m/model.keras"], 1900, 100), pack({"model.keras": pack_zeros(["config.json"], 1900, 100)})]
sentences = []
for read, content in [*((preview_files, content) for content in files), *((read_package, model) for model in models)]:
    try:
        read(content)
    except DigitnetError as error:
        sentences.append(str(error))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([sentences, int(peak.group(1)) // 1024]))
"""


@pytest.mark.slow
def test_files_that_hold_more_than_they_say_take_little_memory():
    run = subprocess.run([sys.executable, "-c", UNPACK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    sentences, megabytes = json.loads(run.stdout)
    assert sentences == [
        "The zip file holds more of 'x.npy' than the 100 bytes it claims; pack it again.",
        "The zip file holds more of '7/a.png' than the 100 bytes it claims; pack it again.",
        "The zip file holds more of 'x.npy' than the 100 bytes it claims; pack it again.",
        "Expected at most 512 MB unpacked. Received: 1,900 MB.",
        "Expected an idx file of at most 128 MB. Received: 50000 x 100 x 100 bytes.",
        "The zip file holds more of 'm/model.keras' than the 100 bytes it claims; pack it again.",
        "The zip file holds more of 'config.json' than the 100 bytes it claims; pack it again.",
    ]
    assert megabytes < MAX_MEGABYTES


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [0, 4, 6, 2**20])
def test_file_of_another_size_than_it_says_is_refused(compression, size):
    content = pack({"a": b"12345"}, compression=compression)
    assert dict(ZipFiles(content, 2**20)) == {"a": b"12345"}
    with pytest.raises(ModelError, match=r"holds more of 'a'|is damaged|at most 200 times"):
        ZipFiles(falsify_size(content, size), 2**21)


def test_checksum_of_the_size_that_it_says_does_not_help():
    with pytest.raises(CollectionError, match="holds more of 'b'"):
        ZipFiles(pack_zeros(["b"], 1, 100), 2**21, error_class=CollectionError)


def test_file_without_a_name_is_a_file():
    content = pack({"a/": b"", "nameless": b"12"}).replace(b"nameless", b"\0ameless")
    assert dict(ZipFiles(content, 2**20)) == {"": b"12"}


def test_file_is_read_up_to_a_limit():
    files = ZipFiles(pack({"a": bytes(2**20) + b"1"}), 2**21)
    assert files.sizes == {"a": 2**20 + 1}
    assert "b" not in files
    assert files.read_start("a", 3) == bytes(3)
    assert files.read("a", 2**20 + 1) == files["a"]
    with pytest.raises(ModelError, match=r"Expected 'a' to have at most 1 MB\. Received: 1\.0 MB\."):
        files.read("a", 2**20)
