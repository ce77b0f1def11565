import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import Snapshots, probe_digits
from digitnet.models.card import INTERRUPTED
from tests.helpers.app_pages import make_page
from tests.helpers.train_page import find_start_button, widget_key


@pytest.fixture
def idle_queue(ship):
    return ship("mlp")


@pytest.fixture
def page(idle_queue):
    """Return the Train page, opened."""
    app = make_page("train")
    return app.run()


@pytest.fixture
def user_digits(data, mnist):
    """Return a collection of 30 digits by two writers."""
    with Collection.open() as collection:
        digits = zip(mnist[1].images[:30], mnist[1].labels[:30].tolist(), strict=True)
        collection.add([Sample(picture, b"", label, writer="AB"[i % 2]) for i, (picture, label) in enumerate(digits)])
        yield collection


@pytest.fixture
def interrupted_run(page, mnist):
    """Return a run interrupted after four epochs, started on the page."""
    page.text_input(key=widget_key(page, "name")).set_value("mine").run()
    find_start_button(page).click().run()
    run = Run("mine")
    run.update_status(state=INTERRUPTED)
    losses = "".join(f"{epoch},0.9,{loss}\n" for epoch, loss in enumerate((0.5, 0.3, 0.2, 0.1)))
    run.history.write_text("epoch,accuracy,loss\n" + losses)
    digits = probe_digits(mnist[1])
    probabilities = np.eye(10, dtype=np.float32)[digits.labels]
    first = np.roll(probabilities, 1, axis=1)
    weights = np.random.default_rng(0).normal(size=(16, 5, 5))
    Snapshots.empty(digits, 10).append(3, first, weights, 40).append(4, probabilities, weights, 40).save(run.snapshots)
    return run
