"""Parts of the page Tutorials."""
