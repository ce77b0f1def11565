"""Read a picture: from pixels to a `Reading`."""
