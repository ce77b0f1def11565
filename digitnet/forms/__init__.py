"""Forms: boxes that are drawn once on one sheet, found again on others, and read as one row of fields a sheet."""
