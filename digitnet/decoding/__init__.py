"""From candidates to the likeliest digits."""
