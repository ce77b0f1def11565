import pytest

from benchmarks.recipes import load_results
from digitnet.experiments.recipes import RECIPES


@pytest.mark.parametrize("name", load_results())
def test_saved_result_belongs_to_the_recipe_of_today(name):
    result, recipe = load_results()[name], RECIPES[name]
    assert (result["epochs"], result["published"]) == (recipe.epochs, recipe.published_accuracy)
