"""The sample pictures that ship with the app."""

from digitnet.paths import RESOURCES

SAMPLES = RESOURCES / "samples"
