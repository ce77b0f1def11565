"""Define the commands of `python -m digitnet`."""
