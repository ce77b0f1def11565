"""The views of the page Tutorials, and the way from one to the other."""

from __future__ import annotations

from pages.shared import remembered

TUTORIALS, STUDIES = "Tutorials", "Studies"
CHOICE = "tutorials_view"  # Name of the choice of a view.
RECIPE = "study-recipe"  # Name of the choice of the recipe whose settings are studied.


def open_studies(recipe: str) -> None:
    """Have the studies shown, with a recipe chosen to study."""
    remembered.put(RECIPE, recipe)
    remembered.put(CHOICE, STUDIES)
