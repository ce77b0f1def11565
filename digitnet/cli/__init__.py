"""The commands of `python -m digitnet`."""
