"""Find the pages of a file: of a TIFF, a multi-picture file, an animation or a PDF."""
