"""Serve the pages and the routes beside them: what `streamlit run app.py` and `digitnet app` start."""

import sys
from pathlib import Path

import streamlit as st

from digitnet.access.callers import expect_strangers
from digitnet.access.members import get_members
from digitnet.access.quotas import get_quotas
from digitnet.access.sign_in import get_sign_in
from digitnet.batches.housekeeping import clean_up_daily
from digitnet.batches.keeping import get_keeping
from digitnet.errors import SettingsError
from digitnet.models.creation import recover_models
from digitnet.paths import models_dir
from digitnet.server.api_settings import get_api_settings
from digitnet.server.figures import count_readings_of_pages
from digitnet.server.logs import set_up_logs
from digitnet.server.middleware import list_middleware
from digitnet.server.routes import list_routes
from digitnet.server.visitors import find_session_caller
from digitnet.workers.pool import count_workers

try:
    set_up_logs()
    sign_in = get_sign_in()
    get_members()
    get_quotas()
    get_api_settings()
    get_keeping()
    count_workers()
except SettingsError as error:
    sys.exit(str(error))
recover_models(models_dir())
clean_up_daily()
expect_strangers(find_session_caller)
count_readings_of_pages()
app = st.App(
    Path(__file__).with_name("navigation.py"),
    routes=list_routes(),
    middleware=list_middleware(),
    secrets=sign_in.to_secrets() if sign_in else None,
)
