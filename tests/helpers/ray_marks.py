"""The marks of modules that start a Ray cluster."""

import pytest

# Ray itself leaves files and sockets open, and forks with threads.
RAY_MARKS = [
    pytest.mark.ray,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*:FutureWarning:ray.*"),
    pytest.mark.filterwarnings("ignore:.*:UserWarning:ray.*"),
]
