"""Parts of the page Batches."""
