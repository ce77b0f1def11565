"""Kill the app's processes while they work, many times, and count what is lost.

    python benchmarks/kills.py web --times 100        (the server, while tabs save numbers)
    python benchmarks/kills.py workers --times 100    (workers, while they read photos)
    python benchmarks/kills.py training --times 100   (a training, in any of its phases; it is resumed each time)

Every kill is SIGKILL at a random time; folders of models and user data are new ones. A command prints a line for each
loss and a summary, and ends with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import psutil
from websockets.exceptions import WebSocketException

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.app_server import ROOT, running_server
from benchmarks.load import RIGHT
from benchmarks.load_drawings import draw_numbers
from benchmarks.load_session import LoadError, Session
from digitnet.collection.collection import Collection
from digitnet.collection.photo_reading import read_for_display
from digitnet.errors import ImageError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, read_rows
from digitnet.models.card import INTERRUPTED
from digitnet.models.classifier import Classifier
from digitnet.models.creation import recover_models
from digitnet.reading.hints import Hints
from digitnet.workers.pool import WorkerPool

SAMPLES = ROOT / "digitnet" / "resources" / "samples"
SAVED = "Saved"  # What the page says once digits are stored.
RISK_SECONDS = (0.5, 6.0)  # A server is killed within this time after its tabs have begun.


class Losses:
    """What was lost or broken, printed as it is found."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, sentence: str) -> None:
        """Note and print a loss."""
        self.count += 1
        print(f"  LOST: {sentence}", flush=True)


async def save_numbers(url: str, seed: int, acknowledged: list[str]) -> None:
    """Write and save numbers without a pause, until the server is gone."""
    try:
        async with Session(url) as session:
            await session.open()
            for report, text in draw_numbers(np.random.default_rng(seed)):
                await session.draw(report)
                if text and RIGHT in session.elements:
                    run = await session.press(RIGHT)
                    if any(SAVED in shown for shown in run.texts):
                        acknowledged.append(text)
    except (LoadError, OSError, httpx.HTTPError, WebSocketException):
        return


def kill_servers(times: int, rng: np.random.Generator, losses: Losses) -> str:
    """Kill the server while three tabs save numbers; look for all numbers that a page called saved."""
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DIGITNET_DATA": folder}
        acknowledged: list[str] = []
        for turn in range(times):
            asyncio.run(_save_until_killed(environment, turn, rng, acknowledged))
            with Collection.open(f"sqlite:///{folder}/digits.db") as collection:
                stored = [string.text for string in collection.strings.find()]
                collection.find()  # Raises if a row is damaged.
            total = len(acknowledged)
            missing = [text for text in set(acknowledged) if stored.count(text) < acknowledged.count(text)]
            if missing:
                losses.add(f"after kill {turn + 1}: {missing}")
    return f"{times} kills of the server: {total} numbers acknowledged, {len(stored)} stored"


async def _save_until_killed(
    environment: dict[str, str], turn: int, rng: np.random.Generator, acknowledged: list[str]
) -> None:
    with running_server(environment) as (url, _, pid):
        tabs = [asyncio.create_task(save_numbers(url, 100 * turn + tab, acknowledged)) for tab in range(3)]
        before = len(acknowledged)
        while len(acknowledged) == before and not all(tab.done() for tab in tabs):
            await asyncio.sleep(0.05)
        await asyncio.sleep(rng.uniform(*RISK_SECONDS))
        psutil.Process(pid).kill()
        await asyncio.gather(*tabs)


def kill_workers(times: int, rng: np.random.Generator, losses: Losses) -> str:
    """Kill workers while four threads have photos read; each photo has a reading or a sentence."""
    pool, photos = WorkerPool(2), [path.read_bytes() for path in sorted(SAMPLES.glob("*.jpg"))]
    expected = [pool.run(read_for_display, photo, "cnn", Hints(), 1)[0].reading.text for photo in photos]
    is_over = False
    counts = {"read": 0, "refused": 0}

    def read(place: int) -> None:
        while not is_over:
            try:
                found = pool.run(read_for_display, photos[place], "cnn", Hints(), 1)[0].reading.text
                counts["read"] += 1
                if found != expected[place]:
                    losses.add(f"photo {place} was read otherwise")
            except ImageError:
                counts["refused"] += 1

    with ThreadPoolExecutor(len(photos)) as threads:
        readers = [threads.submit(read, place) for place in range(len(photos))]
        for _ in range(times):
            time.sleep(rng.uniform(0.1, 1.0))
            workers = psutil.Process().children()
            if workers:
                workers[int(rng.integers(len(workers)))].kill()
        is_over = True
        for reader in readers:
            if error := reader.exception():
                losses.add(f"a thread ended: {error!r}")
    for place, photo in enumerate(photos):
        if pool.run(read_for_display, photo, "cnn", Hints(), 1)[0].reading.text != expected[place]:
            losses.add(f"photo {place} is read otherwise afterwards")
    pool.close()
    return f"{times} kills of workers: {counts['read']} photos read, {counts['refused']} with a sentence"


def kill_trainings(times: int, rng: np.random.Generator, losses: Losses) -> str:
    """Kill a small training at random times and resume it; no epoch is lost, and its model reads."""
    finished = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DIGITNET_MODELS=folder, TMPDIR=folder)
        config = TrainingConfig.from_recipe("cnn-30-15", name="killed", epochs=4, limit=3000)
        run, kills, span = Run(config.name), 0, 60.0
        while kills < times:
            if not run.exists():
                run.create(config)
            epochs, start = run.count_saved_epochs(), time.monotonic()
            with subprocess.Popen(
                [sys.executable, "-m", "digitnet", "train", "--run", config.name], cwd=ROOT, stdout=subprocess.DEVNULL
            ) as training:
                try:
                    if training.wait(rng.uniform(0, span)) != 0:
                        losses.add("a training ended with an error")
                except subprocess.TimeoutExpired:
                    training.kill()
                    kills += 1
            if training.returncode == 0:
                finished, span = finished + 1, time.monotonic() - start
            recover_models(Path(folder))
            _check_training(run, config, epochs, losses)
        left = [path.name for path in Path(folder).glob(".*-*")]
        if left:
            losses.add(f"folders were left: {left}")
    return f"{kills} kills of a training: {finished} trainings finished"


def _check_training(run: Run, config: TrainingConfig, epochs: int, losses: Losses) -> None:
    """Check what a training has left: a run to resume, or a model that reads."""
    model = run.folder.parent.parent / config.name
    if run.exists():
        if run.read_status().state != INTERRUPTED:
            losses.add(f"a killed run is {run.read_status().state}")
        if run.count_saved_epochs() < epochs:
            losses.add(f"{epochs} epochs became {run.count_saved_epochs()}")
    elif not model.is_dir():
        losses.add("neither run nor model is left")
    if model.is_dir():
        done = [row["epoch"] for row in read_rows(model / "history.csv")]
        if done != sorted(set(done)) or len(done) != config.epochs:
            losses.add(f"the history has the epochs {done}")
        Classifier.load(config.name)
        json.loads((model / "card.json").read_text(encoding="utf-8"))


KINDS = {"web": kill_servers, "workers": kill_workers, "training": kill_trainings}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    losses = Losses()
    print(KINDS[args.kind](args.times, np.random.default_rng(args.seed), losses) + f", {losses.count} losses")
    return losses.count > 0


if __name__ == "__main__":
    sys.exit(main())
