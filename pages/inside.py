"""Inside: what happens between a picture and its digits, and inside the network."""

import streamlit as st

from digitnet import DigitnetError
from pages import (
    candidate_table,
    inside_map,
    inside_network,
    inside_reading,
    inside_subject,
    parts,
    reading_view,
    steps,
)

VIEWS = {
    "How it was read": inside_reading.show,
    "Inside the network": inside_network.show,
    "Map of digits": inside_map.show,
}


def main() -> None:
    """Show the page."""
    parts.begin("inside.py", reading_view.STYLE + steps.STYLE + candidate_table.STYLE)
    st.title("Look inside")
    with st.container(width=420):
        model = parts.choose_model()
    try:
        subject = inside_subject.choose(model)
        view = st.segmented_control("Show", list(VIEWS), default=next(iter(VIEWS)), required=True, key="inside_view")
        VIEWS[view](subject)
    except DigitnetError as error:
        st.error(parts.plain(str(error)), icon=":material/error:")


main()
