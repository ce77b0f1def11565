import shutil

import pytest

from tests.helpers.app_pages import find_key
from tests.helpers.train_page import find_expander, list_texts


def join_html(page):
    return " ".join(element.proto.body for element in page.get("html"))


def test_look_inside_is_off_until_turned_on(page, interrupted_run):
    page.run()
    assert "read as" not in join_html(page)
    page.toggle(key=find_key(page, "look-inside")).set_value(True).run()
    assert not page.exception
    assert any("After epoch 4: 20 of 20 digits right**, 20 answers changed" in text for text in list_texts(page))
    assert any("weights of 5 × 5 pixels, the first 16 of 40" in text for text in list_texts(page))
    shown = join_html(page)
    assert shown.count('<figure role="listitem"') == 20 + 16
    assert 'alt="A 3, read as 3, 99.9% sure, right, was 4"' in shown


def test_look_inside_stays_open_after_the_run_ended(page, interrupted_run, tiny_model, idle_queue):
    page.run()
    page.toggle(key=find_key(page, "look-inside")).set_value(True).run()
    interrupted_run.delete()
    shutil.copytree(tiny_model, idle_queue / "mine")
    page.run()
    assert not page.exception
    assert find_expander(page, "Last look inside")
    assert join_html(page).count('<figure role="listitem"') == 20 + 16


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_run_without_snapshots_says_when_to_look_inside(page, interrupted_run, content):
    interrupted_run.snapshots.unlink() if content is None else interrupted_run.snapshots.write_bytes(content)
    page.run()
    page.toggle(key=find_key(page, "look-inside")).set_value(True).run()
    assert not page.exception
    assert any("You can look inside after the first epoch" in caption.value for caption in page.caption)
