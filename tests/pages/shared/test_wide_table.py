from streamlit.testing.v1 import AppTest

from tests.helpers.app_pages import read_wide_tables


def test_texts_of_a_table_are_shown_as_they_are():
    code = """
from pages.shared.wide_table import show_table
show_table(["Name", "<Loss>"], [["a & b", "<i>0.1"], ["c", "–"]], 'The "best"')
"""
    app = AppTest.from_string(code).run()
    assert not app.exception
    (table,) = read_wide_tables(app)
    assert (list(table.index), list(table["<Loss>"])) == (["a & b", "c"], ["<i>0.1", "–"])
    (html,) = app.get("html")
    assert "<i>" not in html.proto.body
    assert 'aria-label="The &quot;best&quot;"' in html.proto.body
