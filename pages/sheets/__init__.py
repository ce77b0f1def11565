"""Parts of the pages Forms, Photos and Batches: sheets of a batch, read and shown."""
