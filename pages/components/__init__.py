"""Interactive components, each a .py file with its .html, .css and .js."""
