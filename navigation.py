"""Run the pages: page settings and navigation."""

import logging

import streamlit as st

from digitnet.access.permissions import may
from pages.shared import account

st.set_page_config(page_icon="✏️", layout="wide")  # Before the pages: their icons would be fetched from elsewhere.
st.session_state.entered = True
pages = [
    st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("pages/photos.py", title="Photos", icon=":material/photo_camera:"),
    st.Page("pages/forms.py", title="Forms", icon=":material/description:"),
    st.Page("pages/batches.py", title="Batches", icon=":material/inventory_2:"),
    st.Page("pages/inside.py", title="Inside", icon=":material/visibility:"),
    st.Page("pages/data.py", title="Data", icon=":material/dataset:"),
    st.Page("pages/tutorials.py", title="Tutorials", icon=":material/menu_book:"),
    st.Page("pages/train.py", title="Train", icon=":material/school:"),
    st.Page("pages/models.py", title="Models", icon=":material/model_training:"),
]
hand = st.Page("pages/hand.py", title="Learn my hand", icon=":material/front_hand:")  # A part of Draw, by a link there.
page = st.navigation([*pages, hand], position="hidden")
st.set_page_config(page_title=f"{page.title} - digitnet")
if requested := st.session_state.pop("wanted", None):
    st.switch_page(requested, query_params=st.query_params.to_dict())
with st.container(horizontal=True, vertical_alignment="center", key="pages"):
    for entry in pages:
        if not may(f"page:{entry.title.lower()}"):
            continue  # The page itself refuses those who open its address.
        is_current = entry == (pages[0] if page == hand else page)
        with st.container(width="content", key="current-page" if is_current else None):
            st.page_link(entry)
    account.show_account()
try:
    page.run()
except Exception:
    logging.getLogger("digitnet").exception("Unexpected error on the page %s", page.title)
    st.error("An unexpected error occurred. Reload the page, or open another one.", icon=":material/error:")
