"""Tell why the server refused an upload: Streamlit's uploader shows a number alone."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitnet.access.callers import get_caller
from digitnet.server.sessions import sessions


def show_refusal() -> None:
    """Show the sentence for the last upload of this session that was refused, once."""
    if context := get_script_run_ctx():
        sessions.meet(context.session_id, get_caller())
        if refusal := sessions.take_refusal(context.session_id):
            st.error(refusal, icon=":material/error:")
