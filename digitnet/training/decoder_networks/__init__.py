"""Train the context classifier."""
