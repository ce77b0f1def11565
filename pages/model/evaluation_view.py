"""Show how a model reads MNIST's test digits."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import store
from digitnet.models.card import Card
from digitnet.models.evaluation import Evaluation
from pages.model.confused_digits import show_confused_digits
from pages.model.prediction_grid import show_predictions
from pages.shared import evaluation_charts, formatting, model_report, training_curves

_LOSS_EXPLANATION = (
    f"{training_curves.EXPLANATIONS['loss']} It is that of the network's own outputs, before its confidence is "
    "calibrated."
)
_CALIBRATION_BINS = 10


def show_evaluation(card: Card) -> None:
    """Show the evaluation of a model on the test digits, or an error if it cannot be read."""
    st.subheader("On the 10,000 test digits", anchor=False)
    try:
        store.load_tflite(card.name)  # The network may have been damaged since it was evaluated.
        with st.spinner("Reading 10,000 test digits...", show_time=True):
            evaluation = model_report.evaluate_model(card.name, card.sha256)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    wrong = round((1 - evaluation.accuracy) * len(evaluation.labels))
    st.markdown(
        f"{evaluation.accuracy:.2%} right, {wrong:,} wrong, loss {evaluation.loss:.4f}.", help=_LOSS_EXPLANATION
    )
    show_predictions(evaluation, card.name)
    show_confused_digits(evaluation, card.name)
    show_accuracy_charts(evaluation)


def show_accuracy_charts(evaluation: Evaluation) -> None:
    """Show the accuracy of each digit, and the calibration of the confidence."""
    left, right = st.columns(2)
    with left:
        st.markdown("**Each digit**")
        accuracy = evaluation_charts.plot_digit_accuracy(evaluation.digit_accuracy)
        st.altair_chart(accuracy, alt="Share of each digit that is read right")
    with right:
        calibration = evaluation.measure_calibration(_CALIBRATION_BINS)
        st.markdown("**Can its confidence be trusted?**")
        st.altair_chart(evaluation_charts.plot_calibration(calibration), alt="Confidence against the share read right")
        st.caption(
            "On the dashed line, digits read with 90% confidence are right 9 times in 10. Below it, the model is "
            f"overconfident. On average, they are {100 * calibration.error:.2f} percentage points apart. Larger dots "
            "stand for more digits."
        )
