import io

from PIL import Image

from digitnet.reading import entries
from digitnet.reading.entries import ReadOptions, read_part
from tests.helpers.samples import SAMPLES


def make_pages(count):
    page = Image.open(SAMPLES / "even.jpg").convert("L").resize((600, 400))
    file = io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[page] * (count - 1))
    return file.getvalue()


def test_part_ends_when_its_time_is_up():
    part = read_part(make_pages(3), "a.tif", ReadOptions(), 1, 0.0)
    assert [entry["page"] for entry in part.entries] == [2]
    assert part.next == 2
    assert read_part(make_pages(3), "a.tif", ReadOptions(), 1, 60.0).next is None


def test_each_page_after_the_first_has_a_limit_of_its_own(monkeypatch):
    limits = []
    monkeypatch.setattr(entries, "limit_processor_time", limits.append)
    read_part(make_pages(3), "a.tif", ReadOptions(), 0, 60.0, 7.0)
    assert limits == [7.0, 7.0]
    read_part(make_pages(2), "a.tif", ReadOptions(), 0, 60.0)
    assert limits == [7.0, 7.0]
