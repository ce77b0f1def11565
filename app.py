"""The app: page settings and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="digitnet", page_icon="✏️", layout="wide", initial_sidebar_state="collapsed")
st.session_state.entered = True
page = st.navigation(
    [
        st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
        st.Page("pages/photos.py", title="Photos", icon=":material/photo_camera:"),
    ],
    position="top",
)
if wanted := st.session_state.pop("wanted", None):
    st.switch_page(wanted)
page.run()
