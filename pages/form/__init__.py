"""Parts of the page Forms."""
