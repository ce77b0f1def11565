"""Write a training as a short Keras script that needs nothing of digitnet."""

from __future__ import annotations

from collections.abc import Iterator

from digitnet.errors import ConfigError
from digitnet.experiments.config import CROSS_ENTROPY, LAST_SHARE, RANDOM_SHARE, TEST_SET, TrainingConfig
from digitnet.experiments.steps import WARM_UP_SHARE, count_averaged_steps
from digitnet.models.layers import BATCH_NORM_MOMENTUM, Convolution, Dense, Dropout, Layer, Mean, Pooling

_OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


def write_script(config: TrainingConfig) -> str:
    """Return a Python script that trains the same network on MNIST with Keras, measures it and saves it.

    The digits held out are the same; the order of the others, and so the result, differs by chance.

    Raises:
        ConfigError: the training continues a model, or uses user digits, which a script cannot hold.
    """
    if config.start or config.uses_user_digits:
        raise ConfigError("Only a training from scratch on MNIST can be written as a script.")
    parts = [_write_head(config), _write_data(config), _write_network(config), _write_training(config)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _write_head(config: TrainingConfig) -> Iterator[str]:
    missing = []
    if config.augment:
        missing.append("training on varied copies of the digits")
    if config.refuse:
        missing.append("teaching the eleventh output to recognize ink that is not a digit")
    if config.hands:
        missing.append("training on other people's handwriting")
    yield f'"""Train the network {config.recipe!r} of digitnet on MNIST.'
    yield ""
    yield "Needs TensorFlow: pip install tensorflow"
    if missing:
        yield ""
        yield "Left out here, since only digitnet does it:"
        yield from (f"- {step}" for step in missing)
    yield '"""'
    yield ""
    yield "import keras"
    if config.held_out_share and config.validation == RANDOM_SHARE:
        yield "import numpy as np"
    yield "from keras import layers"
    yield ""
    yield f"keras.utils.set_random_seed({config.seed})"


def _write_data(config: TrainingConfig) -> Iterator[str]:
    yield "# Pictures as numbers from 0 (paper) to 1 (ink)."
    yield "(images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()"
    if config.limit:
        yield f"images, labels = images[:{config.limit}], labels[:{config.limit}]"
        yield f"test_images, test_labels = test_images[:{config.limit}], test_labels[:{config.limit}]"
    yield 'images = images[..., None].astype("float32") / 255'
    yield 'test_images = test_images[..., None].astype("float32") / 255'
    if config.loss != CROSS_ENTROPY:
        yield f"labels = keras.utils.to_categorical(labels, {config.outputs})"
        yield f"test_labels = keras.utils.to_categorical(test_labels, {config.outputs})"
    if config.validation == TEST_SET:
        yield "validation = test_images, test_labels  # The training looks at the test digits."
    elif config.held_out_share and config.validation == LAST_SHARE:
        yield f"count = round({config.validation_share} * len(labels))  # The last ones are held out to check on."
        yield "validation = images[-count:], labels[-count:]"
        yield "images, labels = images[:-count], labels[:-count]"
    elif config.held_out_share:
        yield ""
        yield f"# {config.validation_share:.0%} of the digits, chosen by chance, are held out to check on."
        yield f"order = np.random.default_rng({config.seed}).permutation(len(labels))"
        yield f"count = round({config.validation_share} * len(order))"
        yield "held_out, rest = np.sort(order[:count]), np.sort(order[count:])"
        yield "validation = images[held_out], labels[held_out]"
        yield "images, labels = images[rest], labels[rest]"


def _write_network(config: TrainingConfig) -> Iterator[str]:
    yield "network = keras.Sequential("
    yield "    ["
    yield "        keras.Input((28, 28, 1)),"
    is_flat = False
    for layer in config.network:
        if isinstance(layer, Dense) and not is_flat:
            yield "        layers.Flatten(),"
        is_flat = is_flat or isinstance(layer, Dense | Mean)
        yield from (f"        layers.{code}," for code in _write_layer(layer))
    if not is_flat:
        yield "        layers.Flatten(),"
    yield f'        layers.Dense({config.outputs}, activation="softmax"),'
    yield "    ]"
    yield ")"
    yield "network.summary()"


def _write_layer(layer: Layer) -> list[str]:
    match layer:
        case Dense():
            return [f'Dense({layer.units}, activation="{layer.activation}")']
        case Dropout():
            return [f"Dropout({layer.rate})"]
        case Pooling():
            return [f"MaxPooling2D({layer.size})"]
        case Mean():
            return ["GlobalAveragePooling2D()"]
        case Convolution():
            return _write_convolution(layer)


def _write_convolution(layer: Convolution) -> list[str]:
    stride = f", strides={layer.stride}" if layer.stride > 1 else ""
    start = f'Conv2D({layer.filters}, {layer.kernel}{stride}, padding="{"same" if layer.same else "valid"}"'
    if not layer.normalize:
        return [f'{start}, activation="{layer.activation}")']
    activation = "ReLU()" if layer.activation == "relu" else f'Activation("{layer.activation}")'
    return [f"{start}, use_bias=False)", f"BatchNormalization(momentum={BATCH_NORM_MOMENTUM})", activation]


def _write_training(config: TrainingConfig) -> Iterator[str]:
    steps = -(-config.mnist_digits // config.batch_size)
    yield from _write_rate(config, steps * config.epochs)
    averaging = ""
    if config.average_weights:
        averaging = f", use_ema=True, ema_momentum={1 - 1 / count_averaged_steps(config, steps)}"
    yield "network.compile("
    yield f"    optimizer=keras.optimizers.{_OPTIMIZERS[config.optimizer]}(learning_rate=rate{averaging}),"
    loss = "sparse_categorical_crossentropy" if config.loss == CROSS_ENTROPY else "mean_squared_error"
    yield f'    loss="{loss}",'
    yield '    metrics=["accuracy"],'
    yield ")"
    callbacks = []
    if config.average_weights:
        callbacks.append("keras.callbacks.SwapEMAWeights(swap_on_epoch=True)")
    if config.patience:
        options = f'"val_accuracy", patience={config.patience}, restore_best_weights=True'
        callbacks.append(f"keras.callbacks.EarlyStopping({options})")
    yield "network.fit("
    yield "    images,"
    yield "    labels,"
    yield f"    batch_size={config.batch_size},"
    yield f"    epochs={config.epochs},"
    if config.validates:
        yield "    validation_data=validation,"
    if callbacks:
        yield f"    callbacks=[{', '.join(callbacks)}],"
    yield ")"
    yield "loss, accuracy = network.evaluate(test_images, test_labels, verbose=0)"
    yield 'print(f"{accuracy:.2%} of the test digits right, loss {loss:.4f}")'
    yield f'network.save("{config.name}.keras")'


def _write_rate(config: TrainingConfig, steps: int) -> Iterator[str]:
    if config.schedule == "constant":
        yield f"rate = {config.learning_rate}"
        return
    yield f"# The learning rate changes over all {steps:,} steps."
    schedule = "rate = keras.optimizers.schedules.CosineDecay"
    if config.schedule == "cosine":
        yield f"{schedule}({config.learning_rate}, {steps}, alpha=0.01)"
        return
    rise = max(1, round(steps * WARM_UP_SHARE))
    options = f"warmup_target={config.learning_rate}, warmup_steps={rise}"
    yield f"{schedule}({config.learning_rate / 20}, {max(1, steps - rise)}, {options})"
