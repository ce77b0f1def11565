import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, floating_dtypes, integer_dtypes
from PIL import Image

from digitnet import ImageError
from digitnet.preprocessing.images import MAX_BYTES, crop_box, load, to_jpeg, to_png
from tests.helpers.examples import try_at_most
from tests.helpers.failures import run_out_of_memory

RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


def encode(image, form, **settings):
    """Return a PIL image as the bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **settings)
    return buffer.getvalue()


def make_halves(mode="RGB", left=RED, right=WHITE):
    """Make a picture of 60 x 40 pixels with one color on the left half and another on the right."""
    image = Image.new("RGB", (60, 40), right)
    image.paste(left, (0, 0, 30, 40))
    return image.convert(mode)


def make_png_header(width, height):
    """Make a damaged PNG file of this size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"0" * 100)) + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def heif():
    from pillow_heif import register_heif_opener

    register_heif_opener()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "BMP", "TIFF", "GIF"])
def test_format_is_read(form):
    rgb = load(encode(make_halves(), form))
    assert rgb.shape == (40, 60, 3)
    assert rgb.dtype == np.uint8
    assert np.abs(rgb[20, 10].astype(int) - RED).max() < 40
    assert np.abs(rgb[20, 50].astype(int) - WHITE).max() < 40


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "LAB", "YCbCr"])
def test_mode_is_read(mode):
    rgb = load(encode(make_halves(mode, left=BLACK), "TIFF"))
    assert rgb[20, 10].max() < 30
    assert rgb[20, 50].min() > 225


def test_16_bits_are_scaled_to_8():
    values = np.full((40, 60), 900, np.uint16)
    values[:, :30] = 100
    rgb = load(encode(Image.fromarray(values), "PNG"))
    assert rgb[20, 10].tolist() == [0, 0, 0]
    assert rgb[20, 50].tolist() == [255, 255, 255]


def test_exif_orientation_is_followed():
    image = make_halves()
    exif = image.getexif()
    exif[0x0112] = 6  # The camera was turned: the stored left is the top.
    rgb = load(encode(image, "JPEG", exif=exif))
    assert rgb.shape == (60, 40, 3)
    assert rgb[5, 20, 1] < 60
    assert rgb[55, 20, 1] > 200


def test_transparent_canvas_is_white_under_dark_strokes():
    canvas = np.zeros((40, 60, 4), np.uint8)
    canvas[10:30, 20:25] = (0, 0, 0, 255)
    rgb = load(canvas)
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[15, 22].tolist() == [0, 0, 0]


def test_transparent_canvas_is_black_under_light_strokes():
    canvas = np.zeros((40, 60, 4), np.uint8)
    canvas[10:30, 20:25] = 255
    assert load(canvas)[0, 0].tolist() == [0, 0, 0]


def test_encoded_picture_keeps_its_colors():
    image = np.zeros((20, 20, 3), np.uint8)
    image[..., 0] = 200
    assert np.array_equal(load(to_png(image)), image)
    assert np.array_equal(load(to_png(image[..., 0]))[..., 0], image[..., 0])
    assert np.abs(load(to_jpeg(image)).astype(int) - image).max() < 10


def test_animation_gives_its_first_picture():
    frames = [Image.new("RGB", (30, 30), color) for color in (RED, WHITE, BLACK)]
    rgb = load(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert rgb[10, 10].tolist() == list(RED)


def test_path_bytes_image_and_array_give_the_same_picture(tmp_path):
    path = tmp_path / "halves.png"
    make_halves().save(path)
    expected = load(path)
    for source in (str(path), path.read_bytes(), make_halves(), np.asarray(make_halves())):
        assert np.array_equal(load(source), expected)


@pytest.mark.parametrize(
    "array",
    [np.eye(20, dtype=bool), np.eye(20), np.eye(20) * 255, np.eye(20, dtype=np.int64) * 255, np.eye(20)[..., None]],
    ids=["bool", "0..1", "0..255", "int64", "one channel"],
)
def test_gray_arrays_of_any_range_are_read(array):
    rgb = load(array)
    assert rgb.shape == (20, 20, 3)
    assert rgb.max() == 255
    assert rgb.min() == 0


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "empty"),
        (b"just some text", "not a picture"),
        (encode(make_halves(), "PNG")[:-40], "damaged"),
        (encode(make_halves(), "JPEG")[:400], "damaged"),
        (make_png_header(200_000, 200_000), "too large|megapixels"),
        (make_png_header(9_000, 9_000), "megapixels"),
        (bytes(MAX_BYTES + 1), "40 MB"),
        ("no/such/file.png", "No such file"),
        (".", "Is a directory|cannot be opened"),
        ("a\0b.png", "cannot be opened"),
        (np.zeros((0, 5)), "with pixels"),
        (np.zeros(7), "shape"),
        (np.zeros((4, 4, 2)), "shape"),
        (np.full((4, 4), np.nan), "finite"),
        (np.full((4, 4), -1.0), "finite|0 or more"),
        (np.array([["a", "b"]]), "numbers"),
        (None, "Expected a path"),
    ],
)
def test_bad_source_gets_a_sentence(source, sentence):
    with pytest.raises(ImageError, match=sentence) as caught:
        load(source)
    assert "\n" not in str(caught.value)


def test_picture_without_memory_for_it_is_not_called_damaged(monkeypatch):
    content = encode(make_halves(), "GIF")
    monkeypatch.setattr(Image.Image, "convert", run_out_of_memory)
    with pytest.raises(ImageError, match="more memory than is free"):
        load(content)


def test_one_pixel_is_a_picture():
    assert load(encode(Image.new("L", (1, 1)), "PNG")).shape == (1, 1, 3)


def test_array_is_not_changed():
    array = np.random.default_rng(0).integers(0, 256, (20, 20, 4), np.uint8)
    before = array.copy()
    load(array)
    assert np.array_equal(array, before)


def test_crop_has_a_margin():
    image = np.zeros((900, 900, 3), np.uint8)
    image[100:200, 100:150] = 7
    crop = crop_box(image, [100, 100, 150, 200])
    assert crop.shape == (124, 74, 3)
    assert (crop[12:-12, 12:-12] == 7).all()
    assert crop.sum() == image.sum()


def test_margin_of_a_crop_ends_at_the_rim():
    image = np.zeros((40, 60, 3), np.uint8)
    assert crop_box(image, [-3, -1, 50, 41]).shape == (40, 56, 3)
    assert crop_box(image, [20, 20, 24, 24]).shape == (8, 8, 3)


def test_large_crop_is_scaled_down_in_proportion():
    image = np.zeros((1000, 400, 3), np.uint8)
    assert crop_box(image, [0, 0, 400, 1000]).shape == (256, 102, 3)
    assert crop_box(image, [0, 0, 400, 1000], max_side=100).shape == (100, 40, 3)
    assert crop_box(np.zeros((5, 5000, 3), np.uint8), [0, 0, 5000, 5]).shape == (1, 256, 3)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_picture_or_a_sentence(content):
    check_load(content)


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"]), st.data())
@try_at_most(60)
def test_any_damage_gives_a_picture_or_a_sentence(form, data):
    content = bytearray(encode(make_halves(), form))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    check_load(bytes(content))


@given(arrays(integer_dtypes() | floating_dtypes(), array_shapes(min_dims=1, max_dims=4, max_side=12)))
def test_any_array_gives_a_picture_or_a_sentence(array):
    check_load(array)


def check_load(source):
    """Check that a source gives a picture or an ImageError."""
    try:
        rgb = load(source)
    except ImageError:
        return
    assert rgb.ndim == 3
    assert rgb.dtype == np.uint8
