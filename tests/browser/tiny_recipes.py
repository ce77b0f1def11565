"""Run Streamlit with recipes of one epoch, so that a browser test can train a whole tutorial.

Usage: python -m tests.browser.tiny_recipes run app.py [OPTION...]
"""

from __future__ import annotations

import sys
from dataclasses import replace

from streamlit.web import cli

from digitnet.experiments.recipes import RECIPES

if __name__ == "__main__":
    for name, recipe in RECIPES.items():
        RECIPES[name] = replace(recipe, epochs=1)
    sys.exit(cli.main(prog_name="streamlit"))
