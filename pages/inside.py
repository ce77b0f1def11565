"""Inside: show how a picture was read, step by step, and look into the network."""

import streamlit as st

from digitnet import DigitnetError
from pages.inspection import candidate_table, digit_map, network, reading_steps
from pages.shared import formatting, last_reading, layout, model_choice, pipeline_steps, reading_view, remembered

VIEWS = {
    "How it was read": reading_steps.show_steps,
    "Inside the network": network.show_network,
    "Map of digits": digit_map.show_map,
}


def main() -> None:
    """Show the page Inside."""
    layout.start_page("inside.py", reading_view.STYLE + pipeline_steps.STYLE + candidate_table.STYLE)
    st.title("Look inside")
    try:
        view, inspected = choose_view()
        last_reading.show_source(inspected.picture)
        VIEWS[view](inspected)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def choose_view() -> tuple[str, last_reading.InspectedReading]:
    """Show the choices of the model, the digit and the view side by side; return the view and the reading."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=300):
            model = model_choice.choose_model()
        digit = st.container(width="content")
        first = next(iter(VIEWS))
        view = remembered.show(
            st.segmented_control, "Show", list(VIEWS), name="inside_view", default=first, required=True
        )
    with digit:
        return str(view), last_reading.choose_reading(model)


main()
