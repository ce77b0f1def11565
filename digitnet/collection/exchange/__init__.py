"""Import and export user digits as files."""
