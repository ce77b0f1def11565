"""Run what parses files of strangers in worker processes, within limits."""
