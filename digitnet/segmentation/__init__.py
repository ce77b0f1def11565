"""From ink to components, groups, segments and candidates."""
