"""Find components in ink, group them, over-segment them and enumerate candidates."""
