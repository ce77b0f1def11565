"""Read pictures: from pixels to a `Reading`."""
