"""From a picture to ink, and from ink to 28 x 28 pixels."""
