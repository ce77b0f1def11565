"""Train the two networks of the decoder: in context, and by sequence."""
