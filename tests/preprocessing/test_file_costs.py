"""Files that are dear to decode are refused at once, and ordinary ones of every kind are read."""

import io
import struct
import time
import zlib
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitnet import ImageError
from digitnet.preprocessing.file_costs import MAX_ENCODED_BMP_BYTES, MAX_JPEG_SCANS, MAX_PARTS, check_costs
from digitnet.preprocessing.images import MAX_PIXELS, load

MAX_SECONDS = 1.0  # Of processor time; the decoders would take 3 to 60.


def encode(form, size=(200, 100), **settings):
    noise = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(noise).save(content, form, **settings)
    return content.getvalue()


def make_jpeg(scans, *, segment=b"", after=b""):
    """Make a progressive JPEG that repeats its last scan."""
    plain = encode("JPEG", progressive=True)
    last = plain.rfind(b"\xff\xda")
    ordinary = plain.count(b"\xff\xda")
    return plain[:2] + segment + plain[2:-2] + plain[last:-2] * (scans - ordinary) + plain[-2:] + after


def make_app_segment(content):
    return b"\xff\xe2" + struct.pack(">H", len(content) + 2) + content


def make_png(*chunks):
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 0, 0, 0, 0)), *chunks]
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


PIXELS = (b"IDAT", zlib.compress(bytes(30)))


def make_gif(before=b""):
    return b"GIF89a" + struct.pack("<HHBBB", 5, 5, 0x80, 0, 0) + bytes(6) + before + encode("GIF")[-200:]


def make_tiff(*entries, order="<", big=False):
    """Make a TIFF of 5 x 5 pixels with more entries, each a tag, type, count and value."""
    plain = [(256, 3, 1, 5), (257, 3, 1, 5), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1)]
    form = {1: "B", 3: "H", 4: "L", 16: "Q"}
    field = 8 if big else 4
    ifd = b""
    for tag, kind, count, value in sorted(plain + list(entries)):
        packed = struct.pack(order + form[kind], value).ljust(field, b"\0")
        ifd += struct.pack(order + ("HHQ" if big else "HHL"), tag, kind, count) + packed
    name = b"II" if order == "<" else b"MM"
    count = len(plain) + len(entries)
    if big:
        return name + struct.pack(order + "HHHQQ", 43, 8, 0, 16, count) + ifd + bytes(8)
    return name + struct.pack(order + "HLH", 42, 8, count) + ifd + bytes(4)


def make_tiled_tiff(side, **settings):
    kind = 4 if side > 65535 else 3
    return make_tiff((322, kind, 1, side), (323, kind, 1, side), (324, 4, 1, 8), (325, 4, 1, 10), **settings)


def make_bmp(size):
    head = struct.pack("<IiiHHIIiiII", 40, 5, 5, 1, 8, 1, size, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1078 + size, 0, 0, 1078) + head + bytes(1024) + b"\1\1" * (size // 2)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: make_jpeg(MAX_JPEG_SCANS + 1), "more than 50 scans"),
        (lambda: make_jpeg(1000), "more than 50 scans"),
        (lambda: make_jpeg(1000, segment=make_app_segment(b"\xff\xd9")), "more than 50 scans"),
        (lambda: make_jpeg(1000, segment=b"\xff\xff\xff\x01"), "more than 50 scans"),
        (
            lambda: encode("JPEG").replace(b"\xff\xe0", b"\xff\xfe\0\2" * 2_000_000 + b"\xff\xe0", 1),
            "too many small parts",
        ),
        (lambda: encode("JPEG").replace(b"\xff\xe0", b"\xff" * 20_000_000 + b"\xe0", 1), "too many small parts"),
        (lambda: encode("JPEG").replace(b"\xff\xe0", bytes(20_000_000) + b"\xff\xe0", 1), "too many small parts"),
        (lambda: b"\xff\xd8" + b"\xff" * 20_000_000, "too many small parts"),
        (lambda: make_png(*[(b"abCd", b"")] * 200_000, PIXELS, (b"IEND", b"")), "too many small parts"),
        (lambda: make_png(PIXELS, *[(b"abCd", b"")] * 200_000), "too many small parts"),
        (lambda: make_gif(b"!\xfe\1x\0" * 2_000_000), "too many small parts"),
        (lambda: make_gif(b"!\xfe" + b"\1x" * 2_000_000 + b"\0"), "too many small parts"),
        (lambda: make_gif(b"x" * 2_000_000), "too many small parts"),
        (lambda: make_tiff((273, 4, MAX_PARTS + 1, 8)), "too many small parts"),
        (lambda: make_tiff((324, 4, 10**7, 8), order=">"), "too many small parts"),
        (lambda: make_tiled_tiff(30_000), "TIFF has tiles of 900 megapixels; at most 64"),
        (lambda: make_tiled_tiff(30_000, order=">"), "TIFF has tiles of 900 megapixels; at most 64"),
        (lambda: make_tiled_tiff(70_000, big=True), "TIFF has tiles of 4,900 megapixels; at most 64"),
        (lambda: make_tiff((322, 3, 1, 16), (322, 3, 1, 30_000), (323, 4, 1, 30_000)), "900 megapixels"),
        (lambda: make_bmp(MAX_ENCODED_BMP_BYTES), "save it as PNG"),
        (lambda: make_bmp(MAX_ENCODED_BMP_BYTES)[14:], "save it as PNG"),
    ],
)
def test_file_that_is_dear_to_decode_is_refused_at_once(make, sentence):
    content = make()
    start = time.process_time()
    with pytest.raises(ImageError, match=sentence) as caught:
        load(content)
    assert time.process_time() - start < MAX_SECONDS
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: encode("JPEG", quality=95),
        lambda: encode("JPEG", progressive=True),
        lambda: make_jpeg(MAX_JPEG_SCANS),
        lambda: make_jpeg(10, segment=make_app_segment(make_jpeg(60)[:60_000])),
        lambda: make_jpeg(10, after=make_jpeg(60)),
        lambda: make_jpeg(10, after=b"\xff\xda\0\2" * 100),
        lambda: make_jpeg(10, segment=b"\xff" * 500 + make_app_segment(b"x") * 300),
        lambda: encode("JPEG", size=(3000, 1000), restart_marker_blocks=1),
        lambda: encode("PNG", size=(3000, 1000)),
        lambda: make_png(PIXELS, (b"IEND", b"")) + bytes(3_000_000),
        lambda: make_png(*[(b"IDAT", bytes([byte])) for byte in PIXELS[1]], (b"IEND", b"")),
        lambda: encode("GIF", comment=b"x" * 60_000),
        *[partial(encode, "TIFF", size=(300, 2000), compression=name) for name in ("raw", "tiff_lzw", "jpeg")],
        lambda: encode("TIFF", big_tiff=True),
        lambda: encode("BMP", size=(3000, 1000)),
        *[partial(encode, form) for form in ("DIB", "WEBP", "AVIF")],
    ],
)
def test_ordinary_file_is_read(make):
    assert load(make()).size > 0


def test_picture_with_a_second_picture_in_its_file_is_read():
    first, second = (Image.fromarray(np.full((60, 80, 3), gray, np.uint8)) for gray in (50, 200))
    content = io.BytesIO()
    first.save(content, "MPO", save_all=True, append_images=[second] * 60, progressive=True)
    assert abs(int(load(content.getvalue())[30, 40, 0]) - 50) < 5


@given(st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"MM\0+", b"BM", b""]), st.binary())
def test_any_bytes_are_checked_without_an_error(signature, rest):
    check_costs(signature + rest, MAX_PIXELS)
