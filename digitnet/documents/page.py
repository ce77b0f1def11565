"""Define a page of a file, and a document: a file with its pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from digitnet.preprocessing.geometry import scale_down
from digitnet.types import RGB


@dataclass(frozen=True)
class Page:
    """A page of a file.

    Attributes:
        number: its number, from 1.
        count: how many pages the file has.
        note: a sentence about what else is in the file, or "".
        error: a sentence that says why the page cannot be read, or "".
    """

    number: int = 1
    count: int = 1
    note: str = ""
    error: str = ""

    def name(self, file: str) -> str:
        """Return the name of a file, followed by the page if it has several: "scan.pdf, page 2"."""
        return f"{file}, page {self.number}" if self.count > 1 else file


class LoadedPage(NamedTuple):
    """A page and its picture, uint8 (H, W, 3): upright, its pixels square."""

    image: RGB
    page: Page


class Document(ABC):
    """A file with its pages.

    Attributes:
        count: how many pages it has.
        main: the number of the page that stands for the file where only one is read.
    """

    count: int = 1
    main: int = 1

    def load(self, number: int) -> LoadedPage:
        """Load a page by its number, from 1.

        Raises:
            ImageError: the page is damaged or too large.
        """
        return LoadedPage(self._load_image(number), Page(number, self.count))

    def load_small(self, number: int, max_side: int) -> RGB:
        """Load the picture of a page, uint8 (h, w, 3), with at most so many pixels along each side.

        Raises:
            ImageError: the page is damaged or too large.
        """
        image = self.load(number).image
        return scale_down(image, max_side / max(image.shape[:2]))

    @abstractmethod
    def _load_image(self, number: int) -> RGB:
        """Load the picture of a page, uint8 (H, W, 3)."""
