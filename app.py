"""Serve the pages and the routes beside them: what `streamlit run app.py` and `digitnet app` start."""

from pathlib import Path

import streamlit as st

from digitnet.server.logs import set_up_logs
from digitnet.server.middleware import list_middleware
from digitnet.server.routes import list_routes

set_up_logs()
app = st.App(Path(__file__).with_name("navigation.py"), routes=list_routes(), middleware=list_middleware())
