"""The server: routes beside the pages, and what every request passes on its way to either."""
