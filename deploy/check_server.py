"""Exit with 0 if the server of this container can read; with 1 if not. For the health check of its image."""

import os
import urllib.request

port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=8).close()
