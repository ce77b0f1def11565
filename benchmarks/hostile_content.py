"""Make files that are cut, flipped, spliced or lie, of every format that digitnet takes, for `hostile_files.py`."""

from __future__ import annotations

import gzip
import io
import itertools
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from benchmarks.hostile_forms import iterate_lies, make_good, make_sheet
from digitnet.models import store, zip_package

PICTURE, ARCHIVE, MODEL = "picture", "archive", "model"  # Kinds of files: what they are thrown at.
TEMPLATE, SHEET = "template", "sheet"  # Of forms.
_TIME = time.gmtime(0)  # The same files are made at any time.
_BOMB_BYTES = 150 * 2**20
_HUGE = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)  # Sizes and counts that headers lie about.


class HostileFile(NamedTuple):
    """A file: its name, of which the ending tells the format, its content, and its kind."""

    name: str
    content: bytes
    kind: str


def make_files(count: int, seed: int) -> Iterator[HostileFile]:
    """Yield so many files: first those made by hand, then mutations of good ones."""
    handmade = list(itertools.islice(_iterate_handmade(), count))
    yield from handmade
    yield from make_mutations(count - len(handmade), seed)


def make_mutations(count: int, seed: int) -> Iterator[HostileFile]:
    """Yield so many mutations of good files, each format in its turn; the same again for the same seed."""
    return mutate(list(iterate_good()), count, seed)


def mutate(files: Sequence[HostileFile], count: int, seed: int) -> Iterator[HostileFile]:
    """Yield so many mutations of files, each in its turn; the same again for the same seed."""
    rng = np.random.default_rng(seed)
    for number, base in enumerate(itertools.islice(itertools.cycle(files), count)):
        change = _MUTATIONS[int(rng.integers(len(_MUTATIONS)))]
        name = f"{number:05d}-{change.__name__.strip('_')}-{base.name}"
        yield HostileFile(name, change(base.content, rng), base.kind)


def _cut(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(1, len(content)))]


def _flip(content: bytes, rng: np.random.Generator) -> bytes:
    changed = np.frombuffer(content, np.uint8).copy()
    places = rng.integers(0, len(changed), int(rng.integers(1, 16)))
    changed[places] ^= (1 << rng.integers(0, 8, len(places))).astype(np.uint8)
    return changed.tobytes()


def _lie(content: bytes, rng: np.random.Generator) -> bytes:
    """Write a large or small number over one of the first 200 bytes, where headers are."""
    place, value = int(rng.integers(2, min(200, len(content) - 4))), int(rng.choice(_HUGE))
    number = struct.pack("<I" if rng.random() < 0.5 else ">I", value)
    return content[:place] + number + content[place + 4 :]


def _splice(content: bytes, rng: np.random.Generator) -> bytes:
    """Repeat a piece of the file many times in its midst."""
    start, end = sorted(int(place) for place in rng.integers(0, len(content), 2))
    return content[:end] + content[start:end] * int(rng.integers(1, 40)) + content[end:]


def _blank(content: bytes, rng: np.random.Generator) -> bytes:
    start, end = sorted(int(place) for place in rng.integers(0, len(content), 2))
    return content[:start] + bytes([int(rng.choice([0, 255]))]) * (end - start) + content[end:]


_MUTATIONS: list[Callable[[bytes, np.random.Generator], bytes]] = [_cut, _flip, _lie, _splice, _blank]


def iterate_good() -> Iterator[HostileFile]:
    """Yield a small good file of each format."""
    register_heif_opener()
    gray = np.full((60, 90), 230, np.uint8)
    gray[15:45, 40:45] = 20
    one = Image.fromarray(gray).convert("RGB")
    other = one.rotate(180)
    for name, form, settings in (
        ("a.png", "PNG", {}),
        ("palette.png", "PNG", {"save_all": True, "append_images": [other]}),
        ("a.jpg", "JPEG", {}),
        ("progressive.jpg", "JPEG", {"progressive": True}),
        ("a.webp", "WEBP", {}),
        ("moving.webp", "WEBP", {"save_all": True, "append_images": [other]}),
        ("moving.gif", "GIF", {"save_all": True, "append_images": [other]}),
        ("a.bmp", "BMP", {}),
        ("pages.tif", "TIFF", {"save_all": True, "append_images": [other], "compression": "tiff_lzw"}),
        ("jpeg.tif", "TIFF", {"compression": "jpeg"}),
        ("fax.tif", "TIFF", {"compression": "group4"}),
        ("a.heic", "HEIF", {}),
        ("a.avif", "AVIF", {}),
        ("a.mpo", "MPO", {"save_all": True, "append_images": [other]}),
        ("a.pdf", "PDF", {"save_all": True, "append_images": [other], "creationDate": _TIME, "modDate": _TIME}),
    ):
        content = io.BytesIO()
        picture = one.convert("1") if name == "fax.tif" else one
        picture.save(content, form, **settings)
        yield HostileFile(name, content.getvalue(), PICTURE)
    png = io.BytesIO()
    one.save(png, "PNG")
    yield HostileFile(
        "digits.zip", _zip({"1/a.png": png.getvalue(), "labels.csv": b"file,label\n1/a.png,1\n"}), ARCHIVE
    )
    arrays = io.BytesIO()
    np.savez_compressed(arrays, x=np.stack([gray[:28, :28]] * 3), y=np.array([1, 2, 3]))
    yield HostileFile("digits.npz", arrays.getvalue(), ARCHIVE)
    pictures = struct.pack(">IIII", 0x803, 2, 28, 28) + bytes(2 * 784)
    yield HostileFile("a-idx3-ubyte", pictures, ARCHIVE)
    yield HostileFile("a-idx3-ubyte.gz", gzip.compress(pictures, mtime=0), ARCHIVE)
    yield HostileFile("form.json", make_good(), TEMPLATE)
    yield HostileFile("sheet.png", make_sheet(), SHEET)
    yield HostileFile("model.zip", _zip_model(), MODEL)
    keras = store.model_dir(store.SHIPPED_MODELS[1]) / store.KERAS_FILE
    if keras.is_file():
        yield HostileFile("model.keras", keras.read_bytes(), MODEL)
    yield HostileFile("model.h5", b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 8, MODEL)


def _iterate_handmade() -> Iterator[HostileFile]:
    """Yield files that claim or hold much more than their size tells."""
    for width, height in ((100_000, 1), (1, 100_000), (64_000, 1000), (40_000, 3), (1_000_000, 20), (8000, 8000)):
        yield HostileFile(f"thin-{width}-{height}.png", _make_blank_png(width, height), PICTURE)
    yield HostileFile("huge.png", _make_png(2**31 - 1, 2**31 - 1, b""), PICTURE)
    scan = io.BytesIO()
    Image.new("L", (4000, 4000), 128).save(scan, "JPEG", progressive=True, quality=1)
    content = scan.getvalue()
    last = content[content.rfind(b"\xff\xda") : -2]
    yield HostileFile("scans.jpg", content[:-2] + 1000 * last + b"\xff\xd9", PICTURE)
    for name, path, kind in (("bomb.zip", "7/a.png", ARCHIVE), ("bomb.npz", "x.npy", ARCHIVE)):
        yield HostileFile(name, _zip({path: bytes(_BOMB_BYTES)}), kind)
        yield HostileFile(f"lying-{name}", _lie_about_size(_zip({path: bytes(_BOMB_BYTES)})), kind)
    for name in (store.KERAS_FILE, "config.json"):
        yield HostileFile(f"bomb-{name}.zip", _zip({name: bytes(_BOMB_BYTES)}), MODEL)
        yield HostileFile(f"lying-{name}.zip", _lie_about_size(_zip({name: bytes(_BOMB_BYTES)})), MODEL)
    yield HostileFile("bomb-idx3-ubyte.gz", gzip.compress(bytes(_BOMB_BYTES), 1), ARCHIVE)
    for name, content in iterate_lies():
        yield HostileFile(name, content, TEMPLATE)
    yield HostileFile("deep.zip", _zip({store.KERAS_FILE: _zip({"config.json": b"[" * 100_000})}), MODEL)


@cache
def _zip_model() -> bytes:
    """Return the zip file of a shipped model, made once: it holds the time at which it was made."""
    return zip_package.zip_model(store.SHIPPED_MODELS[1])


def _zip(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(path)  # Its time is fixed.
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=1)
    return content.getvalue()


def _lie_about_size(content: bytes) -> bytes:
    """Return a zip file whose directory claims 100 bytes for its only file."""
    place = content.rindex(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", 100) + content[place + 4 :]


def _make_blank_png(width: int, height: int) -> bytes:
    """Return a white picture of one bit a pixel."""
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return _make_png(width, height, data)


def _make_png(width: int, height: int, data: bytes) -> bytes:
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
